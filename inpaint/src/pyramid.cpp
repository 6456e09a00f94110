// SPDX-License-Identifier: Apache-2.0
// Builds one pyramid level straight from the full picture. A level pixel is the mean of its block;
// blocks with a marked pixel belong to the hole, so nothing of the object bleeds into the rest.
#include <algorithm>
#include <vector>

#include "donor_sets.hpp"
#include "level_builder.hpp"
#include "mask_ops.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/level.hpp"
#include "perdure/inpaint/workers.hpp"
#include "texture.hpp"

namespace perdure::inpaint {

namespace {

// A band of fewer rows costs more to begin, for its window of texture, than it is worth.
constexpr int band_rows_min = 128;

std::uint8_t rounded_mean(std::uint32_t sum, std::uint32_t count) {
    return static_cast<std::uint8_t>((sum + count / 2) / count);
}

void copy_row(const std::uint8_t* rgb, std::span<sample> row) {
    for (std::size_t x = 0; x < row.size(); ++x)
        row[x] = {rgb[3 * x], rgb[3 * x + 1], rgb[3 * x + 2], 0};
}

// `sums` has room for a row of the picture.
void reduce_row(const image& picture, int index, int y, std::vector<std::uint32_t>& sums,
                std::span<sample> row) {
    const int block = 1 << index;
    const int row_begin = y << index;
    const int row_end = std::min(picture.size.height, row_begin + block);
    std::fill(sums.begin(), sums.end(), 0);
    for (int line = row_begin; line < row_end; ++line) {
        const std::uint8_t* rgb = picture.rgb.data() + static_cast<std::size_t>(line) * sums.size();
        for (std::size_t i = 0; i < sums.size(); ++i)
            sums[i] += rgb[i];
    }
    for (std::size_t x = 0; x < row.size(); ++x) {
        const std::size_t left = x << index;
        const std::size_t right = std::min(sums.size() / 3, left + static_cast<std::size_t>(block));
        std::uint32_t red = 0;
        std::uint32_t green = 0;
        std::uint32_t blue = 0;
        for (std::size_t i = 3 * left; i < 3 * right; i += 3) {
            red += sums[i];
            green += sums[i + 1];
            blue += sums[i + 2];
        }
        const auto count = static_cast<std::uint32_t>(right - left) *
                           static_cast<std::uint32_t>(row_end - row_begin);
        row[x] = {rounded_mean(red, count), rounded_mean(green, count), rounded_mean(blue, count),
                  0};
    }
}

void set_colours(const image& picture, int index, row_range rows, std::span<sample> samples) {
    const auto width = static_cast<std::size_t>(reduced_size(picture.size, index).width);
    std::vector<std::uint32_t> sums(3 * static_cast<std::size_t>(picture.size.width));
    for (int y = rows.begin; y < rows.end; ++y) {
        const std::size_t first = static_cast<std::size_t>(y) * width;
        if (index == 0)
            copy_row(picture.rgb.data() + 3 * first, samples.subspan(first, width));
        else
            reduce_row(picture, index, y, sums, samples.subspan(first, width));
    }
}

} // namespace

level build_level(const image& picture, const mask& markup, std::span<const mask> donors,
                  const level_plan& planned, int index, const settings& chosen, int threads) {
    const auto level_count = static_cast<int>(planned.levels.size());
    if (index < 0 || index >= level_count)
        throw image_error("level " + std::to_string(index) + " is not in the plan of " +
                          std::to_string(level_count) + "; ask for one from 0 to count - 1");
    const mask reduced = index == 0 ? mask() : reduce_mask(markup, index);
    const mask& hole = index == 0 ? markup : reduced;
    level_builder builder(index, hole.size);
    const std::span<sample> samples(builder.samples());
    const int bands = std::clamp(hole.size.height / band_rows_min, 1, std::max(1, threads));
    run_parallel(threads, bands, [&](int band) {
        const row_range rows{hole.size.height * band / bands,
                             hole.size.height * (band + 1) / bands};
        set_colours(picture, index, rows, samples);
        set_texture(picture, markup, index, level_count, chosen, rows, samples);
    });
    for (std::size_t i = next_marked(hole.flags, 0); i < hole.flags.size();
         i = next_marked(hole.flags, i + 1))
        samples[i] = sample{};
    donor_sets sets = make_donor_sets(markup, donors, hole, index);
    if (!sets.areas.empty()) {
        builder.hole_sets() = std::move(sets.set_of_hole_pixel);
        builder.donor_areas() = std::move(sets.areas);
    }
    return builder.finish(hole);
}

} // namespace perdure::inpaint
