// SPDX-License-Identifier: Apache-2.0
// Working copies of a few rows of a level.
#include "canvas.hpp"

#include <algorithm>

#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

namespace {

// A load of eight samples may begin at the last patch column.
constexpr std::size_t sample_padding = 8;

} // namespace

canvas::canvas(const level& where, const colours& current, int row_begin, int row_end)
    : top_(std::max(0, row_begin)), stride_(static_cast<std::size_t>(where.size().width)) {
    if (current.samples.size() != where.hole_pixels().size())
        throw image_error("these colours do not belong to this pyramid level; join all its slices");
    const int bottom = std::max(top_, std::min(where.size().height, row_end));
    const auto first = static_cast<std::size_t>(top_);
    const auto last = static_cast<std::size_t>(bottom);
    const auto samples = where.samples().subspan(first * stride_, (last - first) * stride_);
    samples_.reserve(samples.size() + sample_padding);
    samples_.assign(samples.begin(), samples.end());
    samples_.resize(samples.size() + sample_padding);
    for (std::uint32_t i = where.hole_rows()[first]; i < where.hole_rows()[last]; ++i) {
        const point pixel = where.hole_pixels()[i];
        samples_[(pixel.y - first) * stride_ + pixel.x] = current.samples[i];
    }
}

target_map::target_map(const level& where, int row_begin, int row_end)
    : top_(std::max(0, row_begin)),
      bottom_(std::max(top_, std::min(where.size().height, row_end))) {
    for (int y = top_; y < bottom_; ++y) {
        rows_.push_back(static_cast<std::uint32_t>(runs_.size()));
        const auto row = static_cast<std::size_t>(y);
        for (std::uint32_t i = where.target_rows()[row]; i < where.target_rows()[row + 1]; ++i) {
            const int x = where.targets()[i].x;
            if (runs_.size() == rows_.back() || runs_.back().end != x)
                runs_.push_back({x, x, i});
            ++runs_.back().end;
        }
    }
    rows_.push_back(static_cast<std::uint32_t>(runs_.size()));
}

} // namespace perdure::inpaint
