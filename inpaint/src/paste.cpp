// SPDX-License-Identifier: Apache-2.0
// The last step: the filled colours into the picture, and the energy of what was filled.
#include <algorithm>
#include <numeric>
#include <vector>

#include "canvas.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/steps.hpp"
#include "perdure/inpaint/workers.hpp"
#include "source_draw.hpp"

namespace perdure::inpaint {

namespace {

std::uint64_t squared_difference(int left, int right) {
    return static_cast<std::uint64_t>((left - right) * (left - right));
}

std::uint64_t colour_distance(const sample* a, const sample* b, std::size_t stride_a,
                              std::size_t stride_b) {
    std::uint64_t sum = 0;
    for (int row = 0; row < patch_side; ++row, a += stride_a, b += stride_b)
        for (int x = 0; x < patch_side; ++x)
            sum += squared_difference(a[x].red, b[x].red) +
                   squared_difference(a[x].green, b[x].green) +
                   squared_difference(a[x].blue, b[x].blue);
    return sum;
}

// Of the targets of rows [row_begin, row_end).
std::uint64_t distance_sum(const level& finest, const field& matches, const colours& filled,
                           int row_begin, int row_end) {
    const auto stride = static_cast<std::size_t>(finest.size().width);
    const canvas painted(finest, filled, row_begin, row_end);
    const std::uint32_t last = finest.target_rows()[static_cast<std::size_t>(row_end)];
    std::uint64_t sum = 0;
    for (std::uint32_t i = finest.target_rows()[static_cast<std::size_t>(row_begin)]; i < last;
         ++i) {
        const point target = finest.targets()[i];
        const point source = matches.matches[i].source;
        const std::size_t corner = static_cast<std::size_t>(source.y - patch_radius) * stride +
                                   static_cast<std::size_t>(source.x - patch_radius);
        sum += colour_distance(painted.at(target.x - patch_radius, target.y - patch_radius),
                               finest.samples().data() + corner, painted.stride(), stride);
    }
    return sum;
}

} // namespace

image paste(const image& picture, const mask& markup, const colours& finest) {
    if (!(picture.size == markup.size) || finest.samples.size() != markup.count())
        throw image_error("these colours do not belong to this picture and markup; join all slices "
                          "of the finest level");
    image filled = picture;
    std::size_t next = 0;
    for (std::size_t i = 0; i < markup.flags.size(); ++i) {
        if (markup.flags[i] == 0)
            continue;
        const sample& colour = finest.samples[next++];
        filled.rgb[3 * i] = colour.red;
        filled.rgb[3 * i + 1] = colour.green;
        filled.rgb[3 * i + 2] = colour.blue;
        if (!filled.alpha.empty())
            filled.alpha[i] = 255;
    }
    return filled;
}

std::uint64_t energy(const level& finest, const field& matches, const colours& filled,
                     int threads) {
    const int height = finest.size().height;
    require_whole(finest, matches, 0, height);
    std::vector<std::uint64_t> sums(
        static_cast<std::size_t>((height + level::tile_rows - 1) / level::tile_rows));
    run_parallel(threads, static_cast<int>(sums.size()), [&](int tile) {
        const int top = tile * level::tile_rows;
        const int bottom = std::min(height, top + level::tile_rows);
        sums[static_cast<std::size_t>(tile)] = distance_sum(finest, matches, filled, top, bottom);
    });
    const std::uint64_t sum = std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
    constexpr std::uint64_t values_per_patch = 3 * patch_area;
    return sum * 1000 / (values_per_patch * matches.matches.size());
}

} // namespace perdure::inpaint
