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
                                   finest_iterations_max, even_iterations_max, sweeps, reach,
                                   far_sources, converged_permille, texture_percent, cut_offers,
                                   cut_targets_max, cut_level_min)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(image_size, width, height)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(level_outline, size, target_count, tile_count)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(level_plan, levels)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(pass, level_index, iteration, mode_begin, mode,
                                   tolerance_percent, is_fresh, is_done)

// A new member must be added above, or it would be lost on the way to an activity.
static_assert(sizeof(settings) == 64 && sizeof(pass) == 24);

} // namespace perdure::inpaint

namespace erasing {

namespace pixels = perdure::inpaint;

/// A picture file that has been found to be a picture.
struct loaded_picture {
    std::string file; ///< SHA-256 of its bytes, in hexadecimal digits.
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

/// A pyramid level, named by what it is made of: to build it again takes less time than to write
/// down several bytes per pixel of the picture and to hash them.
struct level_source {
    fill_sources sources;
    pixels::level_plan levels;
    int index = 0;

    level_source coarser() const { return {sources, levels, index + 1}; }
    bool is_coarsest() const { return index + 1 == static_cast<int>(levels.levels.size()); }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(level_source, sources, levels, index)
};

struct start_request {
    level_source coarsest;
    int start = 0;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(start_request, coarsest, start)
};

struct solved_start {
    perdure::blob matches;
    std::uint64_t energy = 0;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(solved_start, matches, energy)
};

/// Blobs of a field or of colours: slices in order; joined they are the whole.
using slices = std::vector<perdure::blob>;

struct scale_request {
    level_source fine;
    slices solved; ///< Field of the next coarser level.

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(scale_request, fine, solved)
};

/// One slice of one pass.
struct slice_request {
    level_source level;
    slices matches;
    slices colours; ///< Empty before the first vote of a level.
    pixels::pass now;
    int index = 0;
    int count = 1;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(slice_request, level, matches, colours, now, index, count)
};

struct slice_answer {
    perdure::blob data;
    std::uint64_t item_count = 0; ///< Targets of a search, hole pixels of a vote.
    std::uint64_t changed_count = 0;
    std::uint64_t total = 0; ///< Sum of costs (search) or of colour changes (vote).

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(slice_answer, data, item_count, changed_count, total)
};

/// Several passes of a level that is one slice.
struct whole_request {
    level_source level;
    slices matches; ///< Of this level if there are colours; otherwise what it begins with.
    slices colours; ///< Empty before the first pass.
    pixels::pass now;
    /// Whether `matches` still are those of the next coarser level.
    bool is_unscaled = false;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(whole_request, level, matches, colours, now, is_unscaled)
};

struct whole_answer {
    slice_answer searched; ///< By the last pass.
    slice_answer voted;
    pixels::pass next;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(whole_answer, searched, voted, next)
};

struct finish_request {
    level_source finest;
    slices matches;
    slices colours;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(finish_request, finest, matches, colours)
};

struct finished_fill {
    perdure::blob colours; ///< Of the marked pixels.
    std::uint64_t energy = 0; ///< In thousandths.

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(finished_fill, colours, energy)
};

} // namespace erasing
