// SPDX-License-Identifier: Apache-2.0
// A piece of a level with the hole painted in its current colours: what targets look like now.
#pragma once

#include <cstdint>
#include <vector>

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// What a canvas of what is known holds where it is, with all zeros elsewhere.
inline constexpr sample known_lane{255, 255, 255, 255};

class canvas {
  public:
    /// The whole level. Throws image_error unless `current` is whole.
    canvas(const level& where, const colours& current);
    /// What the targets of rows [row_begin, row_end) cover, and no more: a canvas lives as long as
    /// a tile is worked on, so it has to be small and quickly made.
    canvas(const level& where, const colours& current, int row_begin, int row_end);

    void paint(point pixel, sample colour) { samples_[index_of(pixel.x, pixel.y)] = colour; }

    /// Samples from (x, y) rightwards.
    const sample* at(int x, int y) const { return samples_.data() + index_of(x, y); }
    /// Samples from one row to the next.
    std::size_t stride() const { return stride_; }

  private:
    std::size_t index_of(int x, int y) const {
        return static_cast<std::size_t>(y - area_.top) * stride_ +
               static_cast<std::size_t>(x - area_.left);
    }
    void copy(const level& where, const colours& current);

    source_set::box_type area_;
    std::size_t stride_;
    std::vector<sample> samples_;
};

/// Finds targets by position within some rows. Holds runs of neighbouring targets, not pixels.
class target_map {
  public:
    static constexpr std::uint32_t none = 0xffffffff;

    /// Covers rows [row_begin, row_end), cut to the level; everything else holds no target.
    target_map(const level& where, int row_begin, int row_end);

    std::uint32_t at(int x, int y) const {
        if (y < top_ || y >= bottom_)
            return none;
        const std::size_t row = static_cast<std::size_t>(y - top_);
        const run* begin = runs_.data() + rows_[row];
        const run* end = runs_.data() + rows_[row + 1];
        while (end - begin > 4) {
            const run* middle = begin + (end - begin) / 2;
            (middle->begin <= x ? begin : end) = middle;
        }
        for (; begin != end; ++begin)
            if (x >= begin->begin && x < begin->end)
                return begin->first + static_cast<std::uint32_t>(x - begin->begin);
        return none;
    }

  private:
    // Targets at x = begin .. end - 1, the one at begin being `first`.
    struct run {
        std::int32_t begin, end;
        std::uint32_t first;
    };

    int top_;
    int bottom_;
    std::vector<std::uint32_t> rows_; // first run of each row, and the number of runs
    std::vector<run> runs_;
};

} // namespace perdure::inpaint
