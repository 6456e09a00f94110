// SPDX-License-Identifier: Apache-2.0
// Builds one pyramid level straight from the full picture. A level pixel is the mean of its block;
// blocks with a marked pixel belong to the hole, so nothing of the object bleeds into the rest.
#include <algorithm>

#include <Eigen/Core>

#include "donor_sets.hpp"
#include "level_builder.hpp"
#include "mask_ops.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/level.hpp"
#include "texture.hpp"

namespace perdure::inpaint {

namespace {

using channel_sums = Eigen::Array<std::uint32_t, 3, Eigen::Dynamic>;

// The colour sums of the picture's columns over the rows of one block row.
channel_sums sum_rows(const image& picture, int row_begin, int row_end) {
    const std::ptrdiff_t width = picture.size.width;
    channel_sums sums = channel_sums::Zero(3, width);
    for (int y = row_begin; y < row_end; ++y) {
        const Eigen::Map<const Eigen::Array<std::uint8_t, 3, Eigen::Dynamic>> pixels(
            picture.rgb.data() + static_cast<std::ptrdiff_t>(y) * width * 3, 3, width);
        sums += pixels.cast<std::uint32_t>();
    }
    return sums;
}

std::uint8_t rounded_mean(std::uint32_t sum, std::uint32_t count) {
    return static_cast<std::uint8_t>((sum + count / 2) / count);
}

void reduce_row(const image& picture, int index, int y, std::span<sample> row) {
    const int block = 1 << index;
    const int row_begin = y << index;
    const int row_end = std::min(picture.size.height, row_begin + block);
    const channel_sums sums = sum_rows(picture, row_begin, row_end);
    for (std::size_t x = 0; x < row.size(); ++x) {
        const std::ptrdiff_t left = static_cast<std::ptrdiff_t>(x) << index;
        const std::ptrdiff_t span = std::min<std::ptrdiff_t>(block, picture.size.width - left);
        const auto count = static_cast<std::uint32_t>(span * (row_end - row_begin));
        const Eigen::Array<std::uint32_t, 3, 1> total = sums.middleCols(left, span).rowwise().sum();
        row[x] = {rounded_mean(total(0), count), rounded_mean(total(1), count),
                  rounded_mean(total(2), count), 0};
    }
}

} // namespace

level build_level(const image& picture, const mask& markup, std::span<const mask> donors,
                  const level_plan& planned, int index, const settings& chosen) {
    const auto level_count = static_cast<int>(planned.levels.size());
    if (index < 0 || index >= level_count)
        throw image_error("level " + std::to_string(index) + " is not in the plan of " +
                          std::to_string(level_count) + "; ask for one from 0 to count - 1");
    const mask hole = reduce_mask(markup, index);
    level_builder builder(index, hole.size);
    const auto width = static_cast<std::size_t>(hole.size.width);
    const std::span<sample> samples(builder.samples());
    for (int y = 0; y < hole.size.height; ++y)
        reduce_row(picture, index, y, samples.subspan(static_cast<std::size_t>(y) * width, width));
    const std::vector<std::uint8_t> texture =
        texture_of(picture, markup, index, level_count, chosen);
    for (std::size_t i = 0; i < hole.flags.size(); ++i) {
        samples[i].texture = texture[i];
        if (hole.flags[i] != 0)
            samples[i] = sample{};
    }
    donor_sets sets = make_donor_sets(markup, donors, hole, index);
    if (!sets.areas.empty()) {
        builder.hole_sets() = std::move(sets.set_of_hole_pixel);
        builder.donor_areas() = std::move(sets.areas);
    }
    builder.hole() = hole.flags;
    return builder.finish();
}

} // namespace perdure::inpaint
