// SPDX-License-Identifier: Apache-2.0
// field:             "PIfi" | count u64 | count x (source x u16, y u16,
//                    cost u32 with is_settled in its highest bit).
// colours:           "PIco" | count u64 | count x (red, green, blue, texture: u8).
// search_statistics: "PIss" | 3 x u64.        vote_statistics: "PIvs" | 3 x u64.
#include "perdure/inpaint/field.hpp"

#include <cstring>
#include <utility>

#include "bytes.hpp"

namespace perdure::inpaint {

namespace {

// Appends one slice after the other and frees it, so that little is held twice.
template <class Slice, class Item>
Slice joined(std::vector<Slice> slices, std::vector<Item> Slice::*items) {
    if (slices.size() == 1)
        return std::move(slices.front());
    std::size_t count = 0;
    for (const Slice& part : slices)
        count += (part.*items).size();
    Slice all;
    (all.*items).reserve(count);
    for (Slice& part : slices) {
        (all.*items).insert((all.*items).end(), (part.*items).begin(), (part.*items).end());
        part = {};
    }
    return all;
}

} // namespace

field field::join(std::vector<field> slices) {
    return joined(std::move(slices), &field::matches);
}

std::string field::encode() const {
    byte_writer out("PIfi", 1);
    out.reserve(8 + matches.size() * 8);
    out.put_u64(matches.size());
    for (const match& each : matches) {
        const std::uint32_t cost = each.cost | (each.is_settled ? match::cost_max + 1 : 0);
        const std::uint32_t source = each.source.x | std::uint32_t{each.source.y} << 16;
        out.put_u64(source | std::uint64_t{cost} << 32);
    }
    return out.take();
}

field field::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIfi", 1, "a field");
    field decoded;
    decoded.matches.resize(in.get_count(8));
    for (match& each : decoded.matches) {
        each.source.x = in.get_u16();
        each.source.y = in.get_u16();
        const std::uint32_t packed = in.get_u32();
        each.cost = packed & match::cost_max;
        each.is_settled = packed > match::cost_max;
    }
    in.finish();
    return decoded;
}

colours colours::join(std::vector<colours> slices) {
    return joined(std::move(slices), &colours::samples);
}

std::string colours::encode() const {
    byte_writer out("PIco", 1);
    out.reserve(8 + samples.size() * sizeof(sample));
    out.put_u64(samples.size());
    out.put_bytes(samples.data(), samples.size() * sizeof(sample));
    return out.take();
}

colours colours::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIco", 1, "colours");
    colours decoded;
    decoded.samples.resize(in.get_count(sizeof(sample)));
    const std::string_view raw = in.get_bytes(decoded.samples.size() * sizeof(sample));
    if (!raw.empty())
        std::memcpy(decoded.samples.data(), raw.data(), raw.size());
    in.finish();
    return decoded;
}

search_statistics& search_statistics::operator+=(const search_statistics& other) {
    target_count += other.target_count;
    changed_count += other.changed_count;
    cost_sum += other.cost_sum;
    return *this;
}

std::string search_statistics::encode() const {
    byte_writer out("PIss", 1);
    out.put_u64(target_count);
    out.put_u64(changed_count);
    out.put_u64(cost_sum);
    return out.take();
}

search_statistics search_statistics::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIss", 1, "search statistics");
    search_statistics decoded;
    decoded.target_count = in.get_u64();
    decoded.changed_count = in.get_u64();
    decoded.cost_sum = in.get_u64();
    in.finish();
    return decoded;
}

vote_statistics& vote_statistics::operator+=(const vote_statistics& other) {
    pixel_count += other.pixel_count;
    changed_count += other.changed_count;
    change_sum += other.change_sum;
    return *this;
}

std::string vote_statistics::encode() const {
    byte_writer out("PIvs", 1);
    out.put_u64(pixel_count);
    out.put_u64(changed_count);
    out.put_u64(change_sum);
    return out.take();
}

vote_statistics vote_statistics::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIvs", 1, "vote statistics");
    vote_statistics decoded;
    decoded.pixel_count = in.get_u64();
    decoded.changed_count = in.get_u64();
    decoded.change_sum = in.get_u64();
    in.finish();
    return decoded;
}

} // namespace perdure::inpaint
