// SPDX-License-Identifier: Apache-2.0
// A slice is searched tile by tile, each from the previous pass alone, so slices do not matter.
#include <algorithm>

#include "bytes.hpp"
#include "canvas.hpp"
#include "patch_search.hpp"
#include "search_slice.hpp"
#include "source_draw.hpp"

namespace perdure::inpaint {

namespace {

// The first pass of a level looks everywhere, unless that has been done; after it, a place that is
// better is mostly a near one. On large levels it always is: coarser ones have looked everywhere.
constexpr int first_reach_when_large = 32;
constexpr std::size_t large_targets_min = 60'000;

int reach_of(const level& where, const pass& now, const settings& chosen) {
    if (now.iteration > 0 || looks_far(where, now, chosen))
        return chosen.reach;
    return where.targets().size() < large_targets_min
               ? image_size::side_max
               : std::max(first_reach_when_large, chosen.reach);
}

} // namespace

search_result search_slice(const level& where, const field& previous, const colours& current,
                           std::span<const far_match> far, const slice_range& slice,
                           const pass& now, const settings& chosen) {
    const int row_begin = static_cast<int>(slice.tile_begin) * level::tile_rows;
    const int row_end = static_cast<int>(slice.tile_end) * level::tile_rows;
    require_whole(where, previous, row_begin - 1, row_end + 1);
    const int reach = reach_of(where, now, chosen);
    search_result found;
    found.matches.matches.reserve(slice.target_end - slice.target_begin);
    for (std::uint32_t tile = slice.tile_begin; tile < slice.tile_end; ++tile) {
        const int top = static_cast<int>(tile) * level::tile_rows;
        const int bottom = std::min(where.size().height, top + level::tile_rows);
        const canvas painted(where, current, top, bottom);
        patch_search searched(where, previous, painted, top, bottom);
        searched.take_over(far);
        for (int sweep = 0; sweep < chosen.sweeps; ++sweep) {
            const bool is_forward = (now.iteration * chosen.sweeps + sweep) % 2 == 0;
            searched.sweep(sweep_key(chosen.seed, now.level_index, now.iteration, sweep),
                           is_forward, reach);
        }
        const std::vector<match> matches = searched.take();
        found.matches.matches.insert(found.matches.matches.end(), matches.begin(), matches.end());
    }
    found.statistics.target_count = found.matches.matches.size();
    for (std::size_t i = 0; i < found.matches.matches.size(); ++i) {
        const match& now_found = found.matches.matches[i];
        const match& before = previous.matches[slice.target_begin + i];
        found.statistics.changed_count += now_found.source == before.source ? 0 : 1;
        found.statistics.cost_sum += now_found.cost;
    }
    return found;
}

search_result search(const level& where, const field& previous, const colours& current,
                     const slice_range& slice, const pass& now, const settings& chosen) {
    // For the whole level, whatever the slice: which sources a target meets depends on all targets.
    crew alone(1);
    const std::vector<far_match> far = look_far(where, previous, current, now, chosen, alone);
    return search_slice(where, previous, current, far, slice, now, chosen);
}

std::string search_result::encode() const {
    byte_writer out("PIsr", 1);
    out.put_nested(matches.encode());
    out.put_nested(statistics.encode());
    return out.take();
}

search_result search_result::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIsr", 1, "a search result");
    search_result decoded;
    decoded.matches = field::decode(in.get_nested());
    decoded.statistics = search_statistics::decode(in.get_nested());
    in.finish();
    return decoded;
}

} // namespace perdure::inpaint
