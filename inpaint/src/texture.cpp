// SPDX-License-Identifier: Apache-2.0
// Gradients are summed per block of 2^index pixels, then blocks are summed over a window by running
// sums; all in integers. A row is computed when it enters the window and once more when it leaves
// it: that costs less than a plane of sums would.
#include "texture.hpp"

#include <algorithm>
#include <vector>

#include <Eigen/Core>

#include "mask_ops.hpp"

namespace perdure::inpaint {

namespace {

// A gradient of one grey level counts this much at 100 percent; luma is held times four.
constexpr std::uint64_t gain = 3;

using sums = std::vector<std::uint64_t>;
using row_array = Eigen::Array<std::int16_t, 1, Eigen::Dynamic>;
using flag_row = Eigen::Map<const Eigen::Array<std::uint8_t, 1, Eigen::Dynamic>>;

// Sums of gradients, and of the pixels they were measured at, for one row of blocks after another.
class block_rows {
  public:
    block_rows(const image& picture, const mask& markup, int index)
        : picture_(picture), markup_(markup), index_(index), width_(picture.size.width) {}

    // Adds the row to (sign 1) or takes it from (sign -1) the sums of the columns.
    void add(int row, std::uint64_t sign, sums& gradients, sums& counts) {
        const int begin = row << index_;
        const int end = std::min(picture_.size.height - 1, (row + 1) << index_);
        for (int y = begin; y < end; ++y) {
            measure(y);
            for (Eigen::Index x = 0; x + 1 < width_; ++x) {
                const auto column = static_cast<std::size_t>(x >> index_);
                gradients[column] += sign * static_cast<std::uint64_t>(gradient_(x));
                counts[column] += sign * static_cast<std::uint64_t>(known_(x));
            }
        }
    }

  private:
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

    const image& picture_;
    const mask& markup_;
    const int index_;
    const Eigen::Index width_;
    int row_ = -2; // the one that luma_ holds
    row_array luma_;
    row_array luma_below_;
    row_array gradient_; // the last pixel of a row has none
    row_array known_;
};

// A sum over `reach` columns on both sides, moved along the columns.
class window_sum {
  public:
    window_sum(const sums& columns, std::size_t reach) : columns_(columns), reach_(reach) {
        for (std::size_t x = 0; x < std::min(reach, columns.size()); ++x)
            total_ += columns[x];
    }

    std::uint64_t next() {
        if (x_ + reach_ < columns_.size())
            total_ += columns_[x_ + reach_];
        if (x_ > reach_)
            total_ -= columns_[x_ - reach_ - 1];
        ++x_;
        return total_;
    }

  private:
    const sums& columns_;
    const std::size_t reach_;
    std::size_t x_ = 0;
    std::uint64_t total_ = 0;
};

} // namespace

void set_texture(const image& picture, const mask& markup, int index, int level_count,
                 const settings& chosen, std::span<sample> samples) {
    const image_size size = reduced_size(picture.size, index);
    const int reach = 1 << (level_count - 1 - index);
    const auto strength = static_cast<std::uint64_t>(chosen.texture_percent);
    block_rows entering(picture, markup, index);
    block_rows leaving(picture, markup, index);
    sums gradients(static_cast<std::size_t>(size.width));
    sums counts(gradients.size());
    for (int y = 0; y < std::min(reach, size.height); ++y)
        entering.add(y, 1, gradients, counts);
    for (int y = 0; y < size.height; ++y) {
        if (y + reach < size.height)
            entering.add(y + reach, 1, gradients, counts);
        if (y > reach)
            leaving.add(y - reach - 1, ~std::uint64_t{0}, gradients, counts);
        window_sum gradient(gradients, static_cast<std::size_t>(reach));
        window_sum count(counts, static_cast<std::size_t>(reach));
        sample* row = samples.data() + static_cast<std::size_t>(y) * gradients.size();
        for (std::size_t x = 0; x < gradients.size(); ++x) {
            const std::uint64_t mean = gradient.next() * gain * strength /
                                       (std::max<std::uint64_t>(1, count.next()) * 400);
            row[x].texture = static_cast<std::uint8_t>(std::min<std::uint64_t>(255, mean));
        }
    }
}

} // namespace perdure::inpaint
