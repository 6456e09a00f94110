// SPDX-License-Identifier: Apache-2.0
// Gradients are summed per block of 2^index pixels, then blocks are summed over a window by running
// sums; all in integers. A row of blocks is measured when the window reaches it and again when the
// window leaves it: to keep it in between would take more memory than the picture has.
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
using wide_array = Eigen::Array<std::uint32_t, 1, Eigen::Dynamic>;
using flag_row = Eigen::Map<const Eigen::Array<std::uint8_t, 1, Eigen::Dynamic>>;

// Of one row of blocks: sums of gradients, and of the pixels they were measured at.
struct block_row {
    sums gradients;
    std::vector<std::uint32_t> counts;
};

// Measures one row of blocks after the other.
class block_rows {
  public:
    block_rows(const image& picture, const mask& markup, int index)
        : picture_(picture), markup_(markup), index_(index), width_(picture.size.width) {}

    void measure_row(int row, block_row& out) {
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
    wide_array column_gradients_; // over a row of blocks
    wide_array column_counts_;
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

// Sums over the rows that the window covers, column by column.
struct texture_walk::window {
    window(const image& picture, const mask& markup, int index, int level_count,
           const settings& chosen, int first)
        : size(reduced_size(picture.size, index)), reach(texture_walk::reach(index, level_count)),
          strength(static_cast<std::uint64_t>(chosen.texture_percent)),
          entering(picture, markup, index), leaving(picture, markup, index),
          gradients(static_cast<std::size_t>(size.width)), counts(gradients.size()), y(first),
          begin(first) {
        for (int row = std::max(0, y - reach); row < std::min(y + reach, size.height); ++row)
            enter(row);
    }

    void enter(int row) {
        entering.measure_row(row, measured);
        for (std::size_t x = 0; x < gradients.size(); ++x) {
            gradients[x] += measured.gradients[x];
            counts[x] += measured.counts[x];
        }
    }

    void leave(int row) {
        leaving.measure_row(row, measured);
        for (std::size_t x = 0; x < gradients.size(); ++x) {
            gradients[x] -= measured.gradients[x];
            counts[x] -= measured.counts[x];
        }
    }

    void move_to_next() {
        if (y > begin && y > reach)
            leave(y - reach - 1);
        if (y + reach < size.height)
            enter(y + reach);
        ++y;
    }

    const image_size size;
    const int reach;
    const std::uint64_t strength;
    block_rows entering;
    block_rows leaving;
    block_row measured;
    sums gradients;
    sums counts;
    int y; // the next row
    const int begin;
};

texture_walk::texture_walk(const image& picture, const mask& markup, int index, int level_count,
                           const settings& chosen, int row)
    : window_(std::make_unique<window>(picture, markup, index, level_count, chosen, row)) {}

texture_walk::~texture_walk() = default;

void texture_walk::set_next(std::span<sample> samples) {
    window& now = *window_;
    now.move_to_next();
    window_sum gradient(now.gradients, static_cast<std::size_t>(now.reach));
    window_sum count(now.counts, static_cast<std::size_t>(now.reach));
    for (sample& each : samples) {
        // Both products are whole numbers that a double holds exactly, and dividing doubles
        // takes a fraction of the time: equal on every machine as well.
        const auto strong = static_cast<double>(gradient.next() * gain * now.strength);
        const auto full = static_cast<double>(std::max<std::uint64_t>(1, count.next()) * 400);
        each.texture = static_cast<std::uint8_t>(std::min(255.0, strong / full));
    }
}

} // namespace perdure::inpaint
