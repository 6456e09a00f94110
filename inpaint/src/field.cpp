// SPDX-License-Identifier: Apache-2.0
// field:             "PIfi" | count u64 | count x (varint: 4 cost + 2 is_settled + is_elsewhere |
//                    if it is: source x u16, y u16; otherwise it is right of the one before).
// colours:           "PIco" | count u64 | count x (red, green, blue, texture: u8).
// search_statistics: "PIss" | 3 x u64.        vote_statistics: "PIvs" | 3 x u64.
#include "perdure/inpaint/field.hpp"

#include <cstring>
#include <span>
#include <utility>

#include "bytes.hpp"

namespace perdure::inpaint {

namespace {

point right_of(point source) {
    return {static_cast<std::uint16_t>(source.x + 1), source.y};
}

constexpr std::uint64_t elsewhere = 1;
constexpr std::uint64_t settled = 2;

bool is_elsewhere(std::uint64_t packed) {
    return (packed & elsewhere) != 0;
}

// Neighbours mostly copy from neighbours: then a source goes without saying.
template <class Take>
void for_each_packed(std::span<const match> matches, Take take) {
    point expected;
    for (const match& each : matches) {
        take(std::uint64_t{each.cost} << 2 | (each.is_settled ? settled : 0) |
                 (each.source == expected ? 0 : elsewhere),
             each.source);
        expected = right_of(each.source);
    }
}

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
    byte_writer out("PIfi", 2);
    std::size_t bytes = 8;
    for_each_packed(matches, [&](std::uint64_t packed, point) {
        bytes += byte_writer::varint_bytes(packed) + (is_elsewhere(packed) ? 4 : 0);
    });
    out.reserve(bytes);
    out.put_u64(matches.size());
    for_each_packed(matches, [&](std::uint64_t packed, point source) {
        out.put_varint(packed);
        if (is_elsewhere(packed))
            out.put_u32(source.x | std::uint32_t{source.y} << 16);
    });
    return out.take();
}

field field::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIfi", 2, "a field");
    field decoded;
    decoded.matches.resize(in.get_count(1));
    point expected;
    for (match& each : decoded.matches) {
        const std::uint64_t packed = in.get_varint(33);
        each.cost = static_cast<std::uint32_t>(packed >> 2) & match::cost_max;
        each.is_settled = (packed & settled) != 0;
        each.source = expected;
        if (is_elsewhere(packed)) {
            each.source = {in.get_u16(), in.get_u16()};
            if (each.source == expected)
                in.fail();
        }
        expected = right_of(each.source);
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
