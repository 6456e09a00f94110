// SPDX-License-Identifier: Apache-2.0
// level_plan: "PIpl" | count u64 | count x (width u32, height u32, targets u32, tiles u32).
#include "perdure/inpaint/plan.hpp"

#include <algorithm>

#include "bytes.hpp"
#include "mask_ops.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

namespace {

// A hole of at most this depth is judged by patches that still see its surroundings.
constexpr int coarsest_depth_max = patch_radius + 1;
// Below these a level has too little to choose from.
constexpr int side_min = 4 * patch_side;
constexpr std::size_t sources_min = 256;
// A slice below this costs more to hand out than to compute.
constexpr std::uint32_t slice_targets_min = 250;

struct tally {
    level_outline outline;
    std::size_t source_count = 0;
};

tally count_level(const mask& hole) {
    touched_rows touched(hole);
    const image_size size = hole.size;
    tally counted;
    counted.outline.size = size;
    for (int y = 0; y < size.height; ++y) {
        const std::span<const std::uint8_t> row = touched.next();
        if (y < patch_radius || y >= size.height - patch_radius || size.width < patch_side)
            continue;
        const auto targets = static_cast<std::uint32_t>(
            std::count(row.begin() + patch_radius, row.end() - patch_radius, std::uint8_t{1}));
        counted.outline.target_count += targets;
        counted.source_count += row.size() - 2 * patch_radius - targets;
    }
    counted.outline.tile_count =
        static_cast<std::uint32_t>((size.height + level::tile_rows - 1) / level::tile_rows);
    return counted;
}

bool can_halve_to(const mask& coarser, const tally& counted) {
    return std::min(coarser.size.width, coarser.size.height) >= side_min &&
           counted.source_count >= sources_min;
}

int depth_max(const mask& hole) {
    const std::vector<std::uint8_t> depth = depths(hole.size, pixels_of(hole));
    return *std::max_element(depth.begin(), depth.end());
}

} // namespace

level_plan plan(const mask& markup, const settings& chosen) {
    level_plan planned;
    planned.levels.push_back(count_level(markup).outline);
    mask reduced;
    const mask* hole = &markup;
    while (static_cast<int>(planned.levels.size()) < chosen.levels_max &&
           depth_max(*hole) > coarsest_depth_max) {
        mask coarser = reduce_mask(*hole, 1);
        const tally counted = count_level(coarser);
        if (!can_halve_to(coarser, counted))
            break;
        planned.levels.push_back(counted.outline);
        reduced = std::move(coarser);
        hole = &reduced;
    }
    return planned;
}

int slice_count(const level_outline& outline, int threads) {
    const std::uint32_t by_work =
        std::max<std::uint32_t>(1, outline.target_count / slice_targets_min);
    const auto workers = static_cast<std::uint32_t>(std::max(1, threads));
    return static_cast<int>(std::min({by_work, workers, std::max(1U, outline.tile_count)}));
}

std::string level_plan::encode() const {
    byte_writer out("PIpl", 1);
    out.put_u64(levels.size());
    for (const level_outline& each : levels) {
        out.put_u32(static_cast<std::uint32_t>(each.size.width));
        out.put_u32(static_cast<std::uint32_t>(each.size.height));
        out.put_u32(each.target_count);
        out.put_u32(each.tile_count);
    }
    return out.take();
}

level_plan level_plan::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIpl", 1, "a plan");
    level_plan decoded;
    const std::size_t count = in.get_count(16);
    if (count < 1 || count > 16)
        in.fail();
    decoded.levels.resize(count);
    for (level_outline& each : decoded.levels) {
        each.size.width = in.get_int(1, image_size::side_max);
        each.size.height = in.get_int(1, image_size::side_max);
        each.target_count = in.get_u32();
        each.tile_count = in.get_u32();
    }
    in.finish();
    return decoded;
}

} // namespace perdure::inpaint
