// SPDX-License-Identifier: Apache-2.0
// Pixels from which seams are taken, top to bottom, the cheapest first. Every pixel knows the
// column it came from.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "perdure/inpaint/image.hpp"

namespace perdure::inpaint {

using rgba = std::array<std::uint8_t, 4>;

/// Interleaved pixels, opaque where the picture has no alpha.
struct pixel_rows {
    int width = 0;
    int height = 0;
    std::vector<rgba> pixels;

    rgba* row(int y) { return pixels.data() + static_cast<std::ptrdiff_t>(y) * width; }
    const rgba* row(int y) const { return pixels.data() + static_cast<std::ptrdiff_t>(y) * width; }
};

class seam_field {
  public:
    /// `marked`: one flag per pixel, or empty for none.
    seam_field(const pixel_rows& picture, const std::vector<std::uint8_t>& marked);

    int width() const { return width_; }
    std::size_t marked_count() const { return marked_count_; }
    /// What is left, row by row.
    pixel_rows rows() const;
    /// Takes the cheapest seam out and gives its columns, as they were numbered at the beginning.
    /// While anything is marked, a seam goes through as many marked pixels as it can.
    std::vector<int> take_seam();

  private:
    struct cell {
        rgba pixel;
        std::uint16_t column;
        std::uint16_t energy;
        std::uint8_t is_marked;
    };

    cell& at(int x, int y) {
        return cells_[static_cast<std::size_t>(y) * stride_ + static_cast<std::size_t>(x)];
    }
    const cell& at(int x, int y) const {
        return cells_[static_cast<std::size_t>(y) * stride_ + static_cast<std::size_t>(x)];
    }
    std::uint16_t energy_at(int x, int y) const;
    /// Positions, top to bottom.
    std::vector<int> cheapest();
    void remove(const std::vector<int>& positions);

    int width_;
    int height_;
    std::size_t stride_;
    std::size_t marked_count_ = 0;
    std::vector<cell> cells_;
    std::vector<std::int8_t> steps_; ///< Per pixel: where the seam that ends there comes from.
};

} // namespace perdure::inpaint
