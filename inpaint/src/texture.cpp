// SPDX-License-Identifier: Apache-2.0
// Gradients are summed per block of 2^index pixels, then blocks are summed over a window by running
// sums; all in integers. A row of blocks is measured when the window reaches it and again when the
// window leaves it: to keep it in between would take more memory than the picture has.
#include "texture.hpp"

#include <algorithm>
#include <vector>

#include "gradient_rows.hpp"
#include "mask_ops.hpp"

namespace perdure::inpaint {

namespace {

// A gradient of one grey level counts this much at 100 percent; luma is held times four.
constexpr std::uint64_t gain = 3;

// A sum over `reach` columns on both sides, moved along the columns.
class window_sum {
  public:
    window_sum(const gradient_sums& columns, std::size_t reach) : columns_(columns), reach_(reach) {
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
    const gradient_sums& columns_;
    const std::size_t reach_;
    std::size_t x_ = 0;
    std::uint64_t total_ = 0;
};

} // namespace

// Sums over the rows that the window covers, column by column.
struct texture_walk::window {
    window(const image_view& picture, const mask& markup, const block_sums* summed, int index,
           int level_count, const settings& chosen, int first)
        : blocks(summed), level_index(index), size(reduced_size(picture.size, index)),
          reach(texture_walk::reach(index, level_count)),
          strength(static_cast<std::uint64_t>(chosen.texture_percent)),
          entering(picture, markup, index), leaving(picture, markup, index),
          gradients(static_cast<std::size_t>(size.width)), counts(gradients.size()), y(first),
          begin(first) {
        for (int row = std::max(0, y - reach); row < std::min(y + reach, size.height); ++row)
            enter(row);
    }

    void measure(gradient_rows& rows, int row) {
        if (blocks == nullptr)
            rows.measure_row(row, measured);
        else
            blocks->sum_gradients(level_index, row, measured.gradients, measured.counts);
    }

    void enter(int row) {
        measure(entering, row);
        for (std::size_t x = 0; x < gradients.size(); ++x) {
            gradients[x] += measured.gradients[x];
            counts[x] += measured.counts[x];
        }
    }

    void leave(int row) {
        measure(leaving, row);
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

    const block_sums* const blocks;
    const int level_index;
    const image_size size;
    const int reach;
    const std::uint64_t strength;
    gradient_rows entering;
    gradient_rows leaving;
    gradient_row measured;
    gradient_sums gradients;
    gradient_sums counts;
    int y; // the next row
    const int begin;
};

texture_walk::texture_walk(const image_view& picture, const mask& markup, const block_sums* sums,
                           int index, int level_count, const settings& chosen, int row)
    : window_(std::make_unique<window>(picture, markup, sums, index, level_count, chosen, row)) {}

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
