// SPDX-License-Identifier: Apache-2.0
#include "perdure/inpaint/block_sums.hpp"

#include <algorithm>

#include "gradient_rows.hpp"
#include "mask_ops.hpp"
#include "perdure/inpaint/workers.hpp"
#include "spent_memory.hpp"

namespace perdure::inpaint {

namespace {

constexpr int side = 1 << block_sums::index;
static_assert(side * side * 2 * 4 * 255 < 0x10000, "a block's gradients fit 16 bits");

} // namespace

block_sums::block_sums(const image_view& picture, const mask& markup, int threads)
    : size_(reduced_size(picture.size, index)), blocks_(size_.pixel_count()) {
    const int bands = std::clamp(size_.height / side, 1, std::max(1, threads));
    run_parallel(threads, bands, [&](int band) {
        std::vector<std::uint32_t> columns(3 * static_cast<std::size_t>(picture.size.width));
        gradient_rows gradients(picture, markup, index);
        gradient_row measured;
        for (int y = size_.height * band / bands; y < size_.height * (band + 1) / bands; ++y) {
            set_row(picture, y, columns);
            gradients.measure_row(y, measured);
            block* out = blocks_.data() +
                         static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
            for (std::size_t x = 0; x < measured.gradients.size(); ++x) {
                out[x].gradient = static_cast<std::uint16_t>(measured.gradients[x]);
                out[x].gradient_count = static_cast<std::uint16_t>(measured.counts[x]);
            }
        }
    });
    if (picture.is_mapped)
        let_go(std::as_bytes(picture.rgb));
}

void block_sums::set_row(const image_view& picture, int y, std::vector<std::uint32_t>& columns) {
    const int first = y * side;
    const int last = std::min(picture.size.height, first + side);
    std::fill(columns.begin(), columns.end(), 0);
    for (int line = first; line < last; ++line) {
        const std::uint8_t* rgb =
            picture.rgb.data() + static_cast<std::size_t>(line) * columns.size();
        for (std::size_t i = 0; i < columns.size(); ++i)
            columns[i] += rgb[i];
    }
    block* out =
        blocks_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
    for (std::size_t i = 0; i < columns.size(); i += 3) {
        block& each = out[i / 3 / side];
        each.red = static_cast<std::uint16_t>(each.red + columns[i]);
        each.green = static_cast<std::uint16_t>(each.green + columns[i + 1]);
        each.blue = static_cast<std::uint16_t>(each.blue + columns[i + 2]);
    }
}

void block_sums::sum_gradients(int of_index, int y, std::vector<std::uint64_t>& gradients,
                               std::vector<std::uint32_t>& counts) const {
    const int shift = of_index - index;
    const auto width = static_cast<std::size_t>(size_.width);
    gradients.assign(((width - 1) >> shift) + 1, 0);
    counts.assign(gradients.size(), 0);
    for (int line = y << shift; line < std::min(size_.height, (y + 1) << shift); ++line) {
        const block* blocks = row(line);
        for (std::size_t x = 0; x < width; ++x) {
            gradients[x >> shift] += blocks[x].gradient;
            counts[x >> shift] += blocks[x].gradient_count;
        }
    }
}

} // namespace perdure::inpaint
