// SPDX-License-Identifier: Apache-2.0
// Source sets, slices, and the level's bytes:
// "PIle" | index u32 | width u32 | height u32 | hole bits | samples x 4 | area count u64 |
// areas x (left u32, top u32, right u32, bottom u32, bits) | set id u16 per hole pixel if areas.
#include "perdure/inpaint/level.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "bytes.hpp"
#include "level_builder.hpp"
#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

namespace {

std::vector<std::uint8_t> flags_of(const source_set& area) {
    std::vector<std::uint8_t> flags;
    const source_set::box_type& box = area.box();
    for (int y = box.top; y < box.bottom; ++y)
        for (int x = box.left; x < box.right; ++x)
            flags.push_back(area.contains(x, y) ? 1 : 0);
    return flags;
}

void put_area(byte_writer& out, const source_set& area) {
    const source_set::box_type& box = area.box();
    for (const int side : {box.left, box.top, box.right, box.bottom})
        out.put_u32(static_cast<std::uint32_t>(side));
    const std::string bits = pack_bits(flags_of(area));
    out.put_bytes(bits.data(), bits.size());
}

source_set get_area(byte_reader& in, image_size size) {
    source_set::box_type box;
    box.left = in.get_int(0, size.width - 1);
    box.top = in.get_int(0, size.height - 1);
    box.right = in.get_int(box.left + 1, size.width);
    box.bottom = in.get_int(box.top + 1, size.height);
    const image_size extent{box.right - box.left, box.bottom - box.top};
    const std::vector<std::uint8_t> flags = in.get_bits(extent.pixel_count());
    source_set area(box);
    std::size_t next = 0;
    for (int y = box.top; y < box.bottom; ++y)
        for (int x = box.left; x < box.right; ++x)
            if (flags[next++] != 0)
                area.add(x, y);
    return area;
}

// The first tile at or behind the share index/count of all targets.
std::uint32_t tile_at_share(const level& where, int index, int count) {
    const auto tiles =
        static_cast<std::uint32_t>((where.size().height + level::tile_rows - 1) / level::tile_rows);
    if (index >= count)
        return tiles;
    const std::uint64_t wanted = static_cast<std::uint64_t>(where.targets().size()) *
                                 static_cast<std::uint64_t>(index) /
                                 static_cast<std::uint64_t>(count);
    std::uint32_t tile = 0;
    while (tile < tiles && where.target_rows()[tile * level::tile_rows] < wanted)
        ++tile;
    return tile;
}

} // namespace

source_set::source_set(box_type box) : box_(box) {
    const auto bits = static_cast<std::size_t>(box.right - box.left) *
                      static_cast<std::size_t>(box.bottom - box.top);
    bits_.resize((bits + 63) / 64);
}

void source_set::add_run(int y, int begin, int end) {
    std::size_t bit = bit_of(begin, y);
    auto left = static_cast<std::size_t>(end - begin);
    while (left > 0) {
        const std::size_t taken = std::min(left, 64 - (bit & 63));
        const std::uint64_t ones = ~std::uint64_t{0} >> (64 - taken) << (bit & 63);
        std::uint64_t& word = bits_[bit >> 6];
        count_ += static_cast<std::uint64_t>(std::popcount(ones & ~word));
        word |= ones;
        bit += taken;
        left -= taken;
    }
}

slice_range slice(const level& where, int index, int count) {
    if (count < 1 || index < 0 || index >= count)
        throw image_error("slice " + std::to_string(index) + " of " + std::to_string(count) +
                          " does not exist; ask for one from 0 to count - 1");
    slice_range range;
    range.tile_begin = tile_at_share(where, index, count);
    range.tile_end = tile_at_share(where, index + 1, count);
    const auto row_of = [&](std::uint32_t tile) {
        return std::min(static_cast<std::size_t>(tile) * level::tile_rows,
                        static_cast<std::size_t>(where.size().height));
    };
    range.target_begin = where.target_rows()[row_of(range.tile_begin)];
    range.target_end = where.target_rows()[row_of(range.tile_end)];
    range.hole_begin = where.hole_rows()[row_of(range.tile_begin)];
    range.hole_end = where.hole_rows()[row_of(range.tile_end)];
    return range;
}

sample level::with_least_texture(std::uint32_t hole_pixel, sample made) const {
    const point here = hole_pixels_[hole_pixel];
    const sample& least =
        samples_[static_cast<std::size_t>(here.y) * static_cast<std::size_t>(size_.width) + here.x];
    made.texture = std::max(made.texture, least.texture);
    return made;
}

level level::without_samples() const {
    level rest;
    rest.index_ = index_;
    rest.size_ = size_;
    rest.hole_pixels_ = hole_pixels_;
    rest.hole_sets_ = hole_sets_;
    rest.donor_areas_ = donor_areas_;
    rest.targets_ = targets_;
    rest.target_depths_ = target_depths_;
    rest.target_rows_ = target_rows_;
    rest.hole_rows_ = hole_rows_;
    rest.target_sets_ = target_sets_;
    rest.source_sets_ = source_sets_;
    return rest;
}

level_outline outline_of(const level& where) {
    const auto rows = static_cast<std::uint32_t>(where.size().height);
    return {where.size(), static_cast<std::uint32_t>(where.targets().size()),
            (rows + level::tile_rows - 1) / level::tile_rows};
}

slice_range whole(const level& where) {
    return slice(where, 0, 1);
}

std::string level::encode() const {
    byte_writer out("PIle", 1);
    const std::size_t pixels = size_.pixel_count();
    out.reserve(pixels * 5 + 64);
    out.put_u32(static_cast<std::uint32_t>(index_));
    out.put_u32(static_cast<std::uint32_t>(size_.width));
    out.put_u32(static_cast<std::uint32_t>(size_.height));
    std::vector<std::uint8_t> flags(pixels);
    for (const point& pixel : hole_pixels_)
        flags[static_cast<std::size_t>(pixel.y) * static_cast<std::size_t>(size_.width) + pixel.x] =
            1;
    const std::string bits = pack_bits(flags);
    out.put_bytes(bits.data(), bits.size());
    out.put_bytes(samples_.data(), pixels * sizeof(sample));
    out.put_u64(donor_areas_.size());
    for (const source_set& area : donor_areas_)
        put_area(out, area);
    for (const std::uint16_t set : hole_sets_)
        out.put_u16(set);
    return out.take();
}

level level::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIle", 1, "a pyramid level");
    const int index = in.get_int(0, 15);
    image_size size;
    size.width = in.get_int(patch_side, image_size::side_max);
    size.height = in.get_int(patch_side, image_size::side_max);
    const std::size_t pixels = size.pixel_count();
    mask hole;
    hole.size = size;
    hole.flags = in.get_bits(pixels);
    const std::string_view raw = in.get_bytes(pixels * sizeof(sample));
    level_builder builder(index, size);
    std::memcpy(builder.samples().data(), raw.data(), raw.size());
    const std::size_t areas = in.get_count(17);
    for (std::size_t i = 0; i < areas; ++i)
        builder.donor_areas().push_back(get_area(in, size));
    if (areas > 0) {
        const std::size_t holes = hole.count();
        for (std::size_t i = 0; i < holes; ++i) {
            const std::uint16_t set = in.get_u16();
            if (set > areas)
                in.fail();
            builder.hole_sets().push_back(set);
        }
    }
    in.finish();
    return builder.finish(hole);
}

} // namespace perdure::inpaint
