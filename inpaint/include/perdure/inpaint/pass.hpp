// SPDX-License-Identifier: Apache-2.0
// One pass = search, then vote. This is the schedule of the passes of a level, a pure function of
// what the last pass measured, shared by fill() and by the durable orchestration.
#pragma once

#include <string>
#include <string_view>

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/settings.hpp"

namespace perdure::inpaint {

/// How the votes for a pixel become its colour: their mean, weighted by likeness and trust; a copy
/// of the source pixel with the most support; or their plain mean, which is the colour of the least
/// energy (the sum of squared differences of all patches to their matches).
enum class vote_mode : std::uint8_t { blend = 0, sharp = 1, even = 2 };

struct pass {
    int level_index = 0;
    int iteration = 0; // counts on through all modes
    int mode_begin = 0; // the iteration with which the mode began
    vote_mode mode = vote_mode::blend;
    int tolerance_percent = 50; // how far a vote may be off, see tolerance_of
    /// The first of its mode: every pixel is voted for anew, and at the two finest levels sources
    /// from all over the picture are tried.
    bool is_fresh = true;
    bool is_done = false; // nothing is left to do at this level

    bool operator==(const pass&) const = default;
    std::string encode() const;
    /// Throws image_error for anything but bytes made by encode().
    static pass decode(std::string_view bytes);
};

/// Votes whose cost is this share of the pixel's upper quartile still count much. Structure
/// survives a wide tolerance and irregular texture a narrow one, so starts take turns: even ones
/// are wide, odd ones narrow, and the start that is chosen decides for all levels.
int tolerance_of(int start);

/// The first pass of a level, for the chosen start. Before it, the colours come from voting on the
/// scaled field with this pass and without current colours.
pass first_pass(int level_index, int start, const settings& chosen);

/// The pass after `last`, which measured `votes` over the whole level.
pass next_pass(const pass& last, const vote_statistics& votes, const settings& chosen);

} // namespace perdure::inpaint
