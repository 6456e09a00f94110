// SPDX-License-Identifier: Apache-2.0
// What the activities of a fill are asked and what they answer: small JSON values. Pixels and
// fields are blobs, so a value stays a few hundred bytes however large the picture is, and equal
// questions have equal answers for ever.
#pragma once

#include <perdure/inpaint/pass.hpp>
#include <perdure/inpaint/plan.hpp>
#include <perdure/inpaint/settings.hpp>
#include <perdure/payload.hpp>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace perdure::inpaint {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(settings, seed, levels_max, start_count, iterations_max,
                                   sharp_iterations_max, sweeps, converged_permille,
                                   texture_percent)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(image_size, width, height)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(level_outline, size, target_count, tile_count)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(level_plan, levels)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(pass, level_index, iteration, mode, tolerance_percent, is_fresh,
                                   is_done)

// A new member must be added above, or it would be lost on the way to an activity.
static_assert(sizeof(settings) == 40 && sizeof(pass) == 20);

} // namespace perdure::inpaint

namespace erasing {

namespace pixels = perdure::inpaint;

/// A picture file that has been found to be a picture.
struct loaded_picture {
    perdure::blob file; ///< Its bytes, as they were in the file.
    pixels::image_size size;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(loaded_picture, file, size)
};

/// Everything a fill starts from.
struct fill_sources {
    loaded_picture photo;
    loaded_picture markup;
    std::vector<loaded_picture> donors;
    pixels::settings settings;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(fill_sources, photo, markup, donors, settings)
};

struct plan_request {
    fill_sources sources;
    int slices_max = 1; ///< A level is divided into at most so many slices.
    std::uint32_t sliced_targets_min = 0; ///< A level of fewer targets is one slice.

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(plan_request, sources, slices_max, sliced_targets_min)
};

struct fill_plan {
    pixels::level_plan levels;
    std::vector<int> slice_counts; ///< Per level.

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(fill_plan, levels, slice_counts)
};

struct build_request {
    fill_sources sources;
    pixels::level_plan levels;
    int index = 0;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(build_request, sources, levels, index)
};

struct start_request {
    perdure::blob coarsest;
    int start = 0;
    pixels::settings settings;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(start_request, coarsest, start, settings)
};

struct solved_start {
    perdure::blob matches;
    std::uint64_t energy = 0;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(solved_start, matches, energy)
};

/// Blobs of a field or of colours: slices in order; joined they are the whole.
using slices = std::vector<perdure::blob>;

struct scale_request {
    perdure::blob coarse;
    slices solved;
    perdure::blob fine;
    pixels::settings settings;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(scale_request, coarse, solved, fine, settings)
};

/// One slice of one pass.
struct slice_request {
    perdure::blob level;
    slices matches;
    slices colours; ///< Empty before the first vote of a level.
    pixels::pass now;
    int index = 0;
    int count = 1;
    pixels::settings settings;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(slice_request, level, matches, colours, now, index, count,
                                   settings)
};

struct slice_answer {
    perdure::blob data;
    std::uint64_t item_count = 0; ///< Targets of a search, hole pixels of a vote.
    std::uint64_t changed_count = 0;
    std::uint64_t total = 0; ///< Sum of costs (search) or of colour changes (vote).

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(slice_answer, data, item_count, changed_count, total)
};

struct paste_request {
    loaded_picture photo;
    loaded_picture markup;
    slices finest; ///< Colours of level 0.

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(paste_request, photo, markup, finest)
};

struct energy_request {
    perdure::blob finest;
    slices matches;
    slices colours;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(energy_request, finest, matches, colours)
};

} // namespace erasing
