// SPDX-License-Identifier: Apache-2.0
// How much neighbouring pixels differ, summed over blocks; all in integers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "perdure/inpaint/image.hpp"

namespace perdure::inpaint {

using gradient_sums = std::vector<std::uint64_t>;

/// Of one row of blocks: sums of gradients, and of the pixels they were measured at.
struct gradient_row {
    gradient_sums gradients;
    std::vector<std::uint32_t> counts;
};

/// Measures one row of blocks of 2^index pixels after the other.
class gradient_rows {
  public:
    gradient_rows(const image_view& picture, const mask& markup, int index)
        : picture_(picture), markup_(markup), index_(index), width_(picture.size.width) {}

    void measure_row(int row, gradient_row& out) {
        const int begin = row << index_;
        const int end = std::min(picture_.size.height - 1, (row + 1) << index_);
        column_gradients_.setZero(width_);
        column_counts_.setZero(width_);
        for (int y = begin; y < end; ++y) {
            measure(y);
            column_gradients_.head(width_ - 1) += gradient_.cast<std::uint32_t>();
            column_counts_.head(width_ - 1) += known_.cast<std::uint32_t>();
        }
        const auto columns = static_cast<std::size_t>(((width_ - 1) >> index_) + 1);
        out.gradients.assign(columns, 0);
        out.counts.assign(columns, 0);
        const Eigen::Index block = Eigen::Index{1} << index_;
        for (Eigen::Index x = 0; x < width_; x += block) {
            const Eigen::Index size = std::min(block, width_ - x);
            const auto column = static_cast<std::size_t>(x >> index_);
            for (Eigen::Index i = x; i < x + size; ++i) {
                out.gradients[column] += column_gradients_(i);
                out.counts[column] += column_counts_(i);
            }
        }
    }

  private:
    using row_array = Eigen::Array<std::int16_t, 1, Eigen::Dynamic>;
    using wide_array = Eigen::Array<std::uint32_t, 1, Eigen::Dynamic>;
    using flag_row = Eigen::Map<const Eigen::Array<std::uint8_t, 1, Eigen::Dynamic>>;

    // The gradients between a row, its right neighbours and the row below; 0 where one is marked.
    void measure(int y) {
        if (y == row_ + 1)
            luma_.swap(luma_below_);
        else
            luma_ = luma_of(y);
        luma_below_ = luma_of(y + 1);
        row_ = y;
        const Eigen::Index inner = width_ - 1;
        const flag_row marked = marked_of(y);
        const auto is_marked =
            marked.head(inner).max(marked.tail(inner)).max(marked_of(y + 1).head(inner));
        known_ = 1 - is_marked.cast<std::int16_t>();
        gradient_ = known_ * ((luma_.tail(inner) - luma_.head(inner)).abs() +
                              (luma_below_.head(inner) - luma_.head(inner)).abs());
    }

    row_array luma_of(int y) const {
        const Eigen::Map<const Eigen::Array<std::uint8_t, 3, Eigen::Dynamic>> pixels(
            picture_.rgb.data() + y * width_ * 3, 3, width_);
        return pixels.row(0).cast<std::int16_t>() + 2 * pixels.row(1).cast<std::int16_t>() +
               pixels.row(2).cast<std::int16_t>();
    }

    flag_row marked_of(int y) const { return {markup_.flags.data() + y * width_, width_}; }

    const image_view picture_;
    const mask& markup_;
    const int index_;
    const Eigen::Index width_;
    int row_ = -2; // the one that luma_ holds
    row_array luma_;
    row_array luma_below_;
    row_array gradient_; // the last pixel of a row has none
    row_array known_;
    wide_array column_gradients_; // over a row of blocks
    wide_array column_counts_;
};

} // namespace perdure::inpaint
