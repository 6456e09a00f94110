// SPDX-License-Identifier: Apache-2.0
// Working copies of a piece of a level.
#include "canvas.hpp"

#include <algorithm>

#include "patch_distance.hpp"
#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

namespace {

source_set::box_type whole_area(const level& where) {
    return {0, 0, where.size().width, where.size().height};
}

// Empty when there are no targets in these rows.
source_set::box_type area_of_targets(const level& where, int row_begin, int row_end) {
    const auto rows = where.target_rows();
    source_set::box_type area{where.size().width, row_begin, 0, row_begin};
    for (int y = row_begin; y < row_end; ++y) {
        const std::uint32_t first = rows[static_cast<std::size_t>(y)];
        const std::uint32_t last = rows[static_cast<std::size_t>(y) + 1];
        if (first == last)
            continue;
        if (area.right == 0)
            area.top = y - patch_radius;
        area.left = std::min(area.left, where.targets()[first].x - patch_radius);
        area.right = std::max(area.right, where.targets()[last - 1].x + patch_radius + 1);
        area.bottom = y + patch_radius + 1;
    }
    area.left = std::min(area.left, area.right);
    return area;
}

} // namespace

canvas::canvas(const level& where, const colours& current)
    : area_(whole_area(where)), stride_(static_cast<std::size_t>(area_.right)) {
    copy(where, current);
}

canvas::canvas(const level& where, const colours& current, int row_begin, int row_end)
    : area_(area_of_targets(where, row_begin, row_end)),
      stride_(static_cast<std::size_t>(area_.right - area_.left)) {
    copy(where, current);
}

void canvas::copy(const level& where, const colours& current) {
    if (current.samples.size() != where.hole_pixels().size())
        throw image_error("these colours do not belong to this pyramid level; join all its slices");
    const auto width = static_cast<std::size_t>(where.size().width);
    samples_.reserve(stride_ * static_cast<std::size_t>(area_.bottom - area_.top) + sample_padding);
    for (int y = area_.top; y < area_.bottom; ++y) {
        const auto row = where.samples().subspan(
            static_cast<std::size_t>(y) * width + static_cast<std::size_t>(area_.left), stride_);
        samples_.insert(samples_.end(), row.begin(), row.end());
    }
    samples_.resize(samples_.size() + sample_padding);
    const std::uint32_t last = where.hole_rows()[static_cast<std::size_t>(area_.bottom)];
    for (std::uint32_t i = where.hole_rows()[static_cast<std::size_t>(area_.top)]; i < last; ++i) {
        const point pixel = where.hole_pixels()[i];
        if (pixel.x >= area_.left && pixel.x < area_.right)
            paint(pixel, current.samples[i]);
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
