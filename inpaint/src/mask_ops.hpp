// SPDX-License-Identifier: Apache-2.0
// Area arithmetic on masks: shrinking to a level, widening by a patch, distance to the outside.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "perdure/inpaint/image.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// The size of level `index` of a picture: every block of 2^index pixels, cut ones included.
image_size reduced_size(image_size full, int index);

/// A pixel of the level is set when any pixel of its block is: nothing marked is ever lost.
mask reduce_mask(const mask& full, int index);

/// Row by row from the top: where a patch would touch the area. Needs memory for a few rows only.
class touched_rows {
  public:
    explicit touched_rows(const mask& area);

    /// One flag per centre of the next row.
    std::span<const std::uint8_t> next();

  private:
    void widen(int y);

    const mask& area_;
    int y_ = 0;
    std::vector<std::uint8_t> padded_; // a row of the area with room for half a patch on each side
    std::array<std::vector<std::uint8_t>, patch_side> across_; // rows widened to the left and right
    std::array<bool, patch_side> is_blank_{}; // of those
    bool is_clear_ = true; // touched_ holds zeros only
    std::vector<std::uint8_t> touched_;
};

/// All of these rows at once.
mask widen_by_patch(const mask& area);

/// Chessboard distance of each pixel of the area, row by row, to the nearest pixel outside of it (1
/// at the border), at most 255. The picture's edge does not count as outside.
std::vector<std::uint8_t> depths(image_size size, std::span<const point> area);

/// The first marked pixel of `row` from `begin` on, or its size. Most rows have none.
std::size_t next_marked(std::span<const std::uint8_t> row, std::size_t begin);

/// The pixels of the area, row by row.
std::vector<point> pixels_of(const mask& area);

} // namespace perdure::inpaint
