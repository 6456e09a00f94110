// SPDX-License-Identifier: Apache-2.0
// Gradients are summed per block of 2^index pixels, then blocks are summed over a window by running
// sums; all in integers.
#include "texture.hpp"

#include <algorithm>

#include <Eigen/Core>

#include "mask_ops.hpp"

namespace perdure::inpaint {

namespace {

using row_array = Eigen::Array<std::int32_t, 1, Eigen::Dynamic>;
using sum_array = Eigen::Array<std::uint64_t, 1, Eigen::Dynamic>;
using sum_plane = Eigen::Array<std::uint64_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// A gradient of one grey level counts this much at 100 percent; luma is held times four.
constexpr std::uint64_t gain = 3;

// Sums of gradients and of the pixels they were measured at, per block.
struct block_sums {
    sum_plane gradient;
    sum_plane count;
};

row_array luma_row(const image& picture, int y) {
    const std::ptrdiff_t width = picture.size.width;
    const Eigen::Map<const Eigen::Array<std::uint8_t, 3, Eigen::Dynamic>> pixels(
        picture.rgb.data() + static_cast<std::ptrdiff_t>(y) * width * 3, 3, width);
    return pixels.row(0).cast<std::int32_t>() + 2 * pixels.row(1).cast<std::int32_t>() +
           pixels.row(2).cast<std::int32_t>();
}

row_array known_row(const mask& markup, int y) {
    const std::ptrdiff_t width = markup.size.width;
    const Eigen::Map<const Eigen::Array<std::uint8_t, 1, Eigen::Dynamic>> marked(
        markup.flags.data() + static_cast<std::ptrdiff_t>(y) * width, width);
    return 1 - marked.cast<std::int32_t>();
}

block_sums sum_blocks(const image& picture, const mask& markup, int index) {
    const image_size size = reduced_size(picture.size, index);
    block_sums sums{sum_plane::Zero(size.height, size.width),
                    sum_plane::Zero(size.height, size.width)};
    const std::ptrdiff_t inner = picture.size.width - 1;
    row_array luma = luma_row(picture, 0);
    row_array known = known_row(markup, 0);
    for (int y = 0; y + 1 < picture.size.height; ++y) {
        row_array luma_below = luma_row(picture, y + 1);
        row_array known_below = known_row(markup, y + 1);
        const row_array all_known = known.head(inner) * known.tail(inner) * known_below.head(inner);
        const row_array gradient = all_known * ((luma.tail(inner) - luma.head(inner)).abs() +
                                                (luma_below.head(inner) - luma.head(inner)).abs());
        for (std::ptrdiff_t x = 0; x < inner; ++x) {
            sums.gradient(y >> index, x >> index) += static_cast<std::uint64_t>(gradient(x));
            sums.count(y >> index, x >> index) += static_cast<std::uint64_t>(all_known(x));
        }
        luma.swap(luma_below);
        known.swap(known_below);
    }
    return sums;
}

// Every value becomes the sum over the window of `reach` around it.
void sum_windows(sum_plane& plane, std::ptrdiff_t reach) {
    const std::ptrdiff_t height = plane.rows();
    const std::ptrdiff_t width = plane.cols();
    const sum_plane source = plane;
    sum_array column = sum_array::Zero(width);
    for (std::ptrdiff_t y = 0; y < std::min(reach, height); ++y)
        column += source.row(y);
    for (std::ptrdiff_t y = 0; y < height; ++y) {
        if (y + reach < height)
            column += source.row(y + reach);
        if (y - reach - 1 >= 0)
            column -= source.row(y - reach - 1);
        std::uint64_t total = column.head(std::min(reach, width)).sum();
        for (std::ptrdiff_t x = 0; x < width; ++x) {
            total += x + reach < width ? column(x + reach) : 0;
            total -= x - reach - 1 >= 0 ? column(x - reach - 1) : 0;
            plane(y, x) = total;
        }
    }
}

} // namespace

std::vector<std::uint8_t> texture_of(const image& picture, const mask& markup, int index,
                                     int level_count, const settings& chosen) {
    block_sums sums = sum_blocks(picture, markup, index);
    const std::ptrdiff_t reach = std::ptrdiff_t{1} << (level_count - 1 - index);
    sum_windows(sums.gradient, reach);
    sum_windows(sums.count, reach);
    const auto strength = static_cast<std::uint64_t>(chosen.texture_percent);
    std::vector<std::uint8_t> texture;
    texture.reserve(static_cast<std::size_t>(sums.count.size()));
    for (std::ptrdiff_t i = 0; i < sums.count.size(); ++i) {
        const std::uint64_t count = std::max<std::uint64_t>(1, sums.count.data()[i]);
        const std::uint64_t mean = sums.gradient.data()[i] * gain * strength / (count * 400);
        texture.push_back(static_cast<std::uint8_t>(std::min<std::uint64_t>(255, mean)));
    }
    return texture;
}

} // namespace perdure::inpaint
