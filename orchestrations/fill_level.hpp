// SPDX-License-Identifier: Apache-2.0
// One pyramid level of a fill, from the field it starts with until nothing changes any more. Child
// of erase_object; one history per level keeps every history short.
#pragma once

#include "activities/fill_values.hpp"

#include <perdure/functions.hpp>
#include <perdure/orchestration.hpp>

#include <cstdint>
#include <nlohmann/json.hpp>

namespace erasing {

struct level_job {
    level_source level; ///< Its index counts down to 0, the finest.
    int slice_count = 1;
    int start = 0; ///< The chosen one.
    slices matches; ///< Solved field of the next coarser level; at the coarsest, of this one.

    int level_count() const { return static_cast<int>(level.levels.levels.size()); }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(level_job, level, slice_count, start, matches)
};

struct filled_level {
    slices matches;
    slices colours;
    int pass_count = 0;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(filled_level, matches, colours, pass_count)
};

/// Custom status of fill_level, after each pass.
struct level_progress {
    int index = 0;
    int level_count = 0;
    int iteration = 0;
    std::uint64_t pixel_count = 0; ///< Hole pixels of the level.
    std::uint64_t changed_count = 0; ///< Of those, changed by the last pass.
    std::uint64_t energy = 0; ///< Sum of match costs.

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(level_progress, index, level_count, iteration, pixel_count,
                                   changed_count, energy)
};

/// Scales the field, then sweeps over the slices in parallel until the votes have converged. Its
/// NNF entity is nnf_fields[instance id].
inline constexpr perdure::orchestration<filled_level(level_job)> fill_level{"fill_level"};
perdure::task<filled_level> run_fill_level(perdure::orchestration_context& ctx, level_job job);

} // namespace erasing
