// SPDX-License-Identifier: Apache-2.0
// The steps of a fill: pure functions from values to values, in the order in which they run.
//
//   coarsest level   solve_start for every start, best_start
//   finer levels     scale_field
//   every level      vote; then, from first_pass(level, best start) until is_done: search, vote,
//                    next_pass
//   finest level     restore_contrast, even_light, paste
//
// Results depend only on the arguments, never on the slicing: a slice is a run of fixed tiles, and
// across tiles only the previous pass is read.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"
#include "perdure/inpaint/pass.hpp"
#include "perdure/inpaint/settings.hpp"

namespace perdure::inpaint {

/// A solved level.
struct start_result {
    field matches;
    /// For best_start, less is better: the sum of the costs of copies, divided by the share of the
    /// surroundings' detail that their blend keeps, 1 at most.
    std::uint64_t energy = 0;

    bool operator==(const start_result&) const = default;
    std::string encode() const;
    /// Throws image_error for anything but bytes made by encode().
    static start_result decode(std::string_view bytes);
};

/// Solves the coarsest level from scratch: makes a first guess, then searches and votes until
/// nothing changes; small levels are searched exhaustively in the end. Starts 0..start_count-1
/// differ in their random choices, in their tolerance (see pass.hpp) and in their guess: most peel
/// the hole from its border inward, 2 and 3 of every eight go along edges.
start_result solve_start(const level& coarsest, const settings& chosen, int start);

/// Index of the least energy; the first of equals. `energies` must not be empty.
std::size_t best_start(std::span<const std::uint64_t> energies);

/// The field of the coarser level carried to the next finer one. Small parts of the hole may start
/// anew there, and parts may be divided anew into regions that are copied as one, on so many
/// threads.
field scale_field(const level& coarse, const field& solved, const level& fine,
                  const settings& chosen, int threads = 1);

struct search_result {
    field matches; // of the slice
    search_statistics statistics;

    bool operator==(const search_result&) const = default;
    std::string encode() const;
    /// Throws image_error for anything but bytes made by encode().
    static search_result decode(std::string_view bytes);
};

/// Improves the matches of a slice. `previous` and `current` are whole; image_error otherwise.
search_result search(const level& where, const field& previous, const colours& current,
                     const slice_range& slice, const pass& now, const settings& chosen);

struct vote_result {
    colours samples; // of the slice
    vote_statistics statistics;

    bool operator==(const vote_result&) const = default;
    std::string encode() const;
    /// Throws image_error for anything but bytes made by encode().
    static vote_result decode(std::string_view bytes);
};

/// Colours the hole pixels of a slice from the matches of the patches that cover them. `matches` is
/// whole; `current` is whole, or empty when there are no colours yet (then every pixel counts as
/// changed).
vote_result vote(const level& where, const field& matches, const colours& current,
                 const slice_range& slice, const pass& now, const settings& chosen);

/// Contrast that averaging took away, given back: where votes differ, their mean is made as much
/// stronger as their variance tells, as for blended noise in Heitz and Neyret, "High-Performance
/// By-Example Noise using a Histogram-Preserving Blending Operator" (2018). A pixel with nothing
/// but one copy around it stays as it is. For the finest level; throws image_error unless both
/// arguments are whole.
colours restore_contrast(const level& finest, const field& matches, const colours& filled,
                         int threads = 1);

/// Light evened out: where neighbours copy from places that are lit a little differently, the step
/// is spread over the hole, and what lies at the hole's border meets the known pixels. Edges of
/// things stay, and so do textures. For the finest level; throws image_error unless both arguments
/// are whole.
colours even_light(const level& finest, const field& matches, colours filled);

/// The picture with its marked pixels replaced (and made opaque); no other pixel changes.
/// `finest` holds the colours of level 0, whole.
image paste(const image& picture, const mask& markup, const colours& finest);

/// The energy E of a filled picture, in thousandths: the mean, over all patches that touch the
/// hole, of the squared difference per colour channel value to their best known source. It is an
/// upper estimate: the search is PatchMatch, not exhaustive. Texture does not count.
std::uint64_t energy(const level& finest, const field& matches, const colours& filled,
                     int threads = 1);

} // namespace perdure::inpaint
