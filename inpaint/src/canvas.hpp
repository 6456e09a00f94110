// SPDX-License-Identifier: Apache-2.0
// A level's rows with the hole painted in its current colours: what targets look like now.
#pragma once

#include <cstdint>
#include <vector>

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

class canvas {
  public:
    /// Rows [row_begin, row_end), cut to the level. Throws image_error unless `current` is whole.
    canvas(const level& where, const colours& current, int row_begin, int row_end);

    void paint(point pixel, sample colour) {
        samples_[static_cast<std::size_t>(pixel.y - top_) * stride_ + pixel.x] = colour;
    }

    /// Samples from (x, y) rightwards; the stride from row to row is the level's width.
    const sample* at(int x, int y) const {
        return samples_.data() + static_cast<std::size_t>(y - top_) * stride_ +
               static_cast<std::size_t>(x);
    }

  private:
    int top_;
    std::size_t stride_;
    std::vector<sample> samples_;
};

/// Finds targets by position within some rows.
class target_map {
  public:
    static constexpr std::uint32_t none = 0xffffffff;

    /// Covers rows [row_begin, row_end), cut to the level; everything else holds no target.
    target_map(const level& where, int row_begin, int row_end);

    std::uint32_t at(int x, int y) const {
        if (y < top_ || y >= bottom_ || x < 0 || x >= width_)
            return none;
        return index_[static_cast<std::size_t>(y - top_) * static_cast<std::size_t>(width_) +
                      static_cast<std::size_t>(x)];
    }

  private:
    int top_;
    int bottom_;
    int width_;
    std::vector<std::uint32_t> index_;
};

} // namespace perdure::inpaint
