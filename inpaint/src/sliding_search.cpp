// SPDX-License-Identifier: Apache-2.0
#include "sliding_search.hpp"

#include <algorithm>

namespace perdure::inpaint {

namespace {

constexpr int lanes = distance_kernel::lanes;

source_set::box_type common(const source_set::box_type& a, const source_set::box_type& b) {
    return {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
            std::min(a.bottom, b.bottom)};
}

} // namespace

sliding_search::sliding_search(const level& where, const source_set& sources, const canvas& painted)
    : stride_(static_cast<std::size_t>(where.size().width + 3 * margin)),
      known_(index_of(0, where.size().height)), painted_(known_.size()), is_allowed_(known_.size()),
      least_(known_.size()), ways_(known_.size()), kernel_(distance_kernel_in_use()),
      sources_(common(sources.box(), where.source_sets()[0].box())), targets_{where.size().width,
                                                                              where.size().height,
                                                                              0, 0} {
    const auto width = static_cast<std::size_t>(where.size().width);
    for (int y = 0; y < where.size().height; ++y) {
        const auto row = static_cast<std::ptrdiff_t>(index_of(0, y));
        std::copy_n(&where.samples()[static_cast<std::size_t>(y) * width], width,
                    known_.begin() + row);
        std::copy_n(painted.at(0, y), width, painted_.begin() + row);
    }
    for (int y = sources_.top; y < sources_.bottom; ++y)
        for (int x = sources_.left; x < sources_.right; ++x)
            is_allowed_[index_of(x, y)] = sources.contains(x, y) ? 0xffffffff : 0;
}

void sliding_search::want(point target, std::uint32_t cost) {
    least_[index_of(target.x, target.y)] = cost;
    targets_ = {std::min<int>(targets_.left, target.x), std::min<int>(targets_.top, target.y),
                std::max<int>(targets_.right, target.x + 1),
                std::max<int>(targets_.bottom, target.y + 1)};
}

// In this order each target meets sources row by row, and keeps the first of equals.
void sliding_search::search() {
    list_lanes();
    for (int dy = sources_.top - targets_.bottom + 1; dy < sources_.bottom - targets_.top; ++dy)
        for (int dx = sources_.left - targets_.right + 1; dx < sources_.right - targets_.left; ++dx)
            compare_on(dx, dy);
}

match sliding_search::nearest(point target, match known) const {
    const std::size_t index = index_of(target.x, target.y);
    if (least_[index] >= known.cost)
        return known;
    const std::uint32_t source = static_cast<std::uint32_t>(index) + ways_[index];
    return {{static_cast<std::uint16_t>(source % stride_ - margin),
             static_cast<std::uint16_t>(source / stride_)},
            least_[index] & match::cost_max,
            false};
}

void sliding_search::list_lanes() {
    const auto list = [](const std::vector<std::uint32_t>& values) {
        std::vector<std::uint8_t> listed(values.size());
        unsigned bits = 0;
        for (std::size_t i = values.size(); i-- > 0;) {
            bits = (bits << 1 | (values[i] != 0 ? 1U : 0U)) & ((1U << lanes) - 1);
            listed[i] = static_cast<std::uint8_t>(bits);
        }
        return listed;
    };
    allowed_lanes_ = list(is_allowed_);
    wanted_lanes_ = list(least_);
}

// Strip by strip, from the first row in which one of its targets has a source there to the last.
void sliding_search::compare_on(int dx, int dy) {
    const int top = std::max(targets_.top, sources_.top - dy);
    const int bottom = std::min(targets_.bottom, sources_.bottom - dy);
    for (int x = targets_.left; x < targets_.right; x += lanes) {
        if (x + dx <= sources_.left - lanes || x + dx >= sources_.right)
            continue;
        const auto is_useful = [&](int y) {
            return (wanted_lanes_[index_of(x, y)] & allowed_lanes_[index_of(x + dx, y + dy)]) != 0;
        };
        int first = top;
        int last = bottom;
        while (first < last && !is_useful(first))
            ++first;
        while (first < last && !is_useful(last - 1))
            --last;
        if (first == last)
            continue;
        const std::size_t target = index_of(x, first);
        const std::size_t source = index_of(x + dx, first + dy);
        const std::size_t corner = patch_radius * stride_ + patch_radius;
        kernel_.slide({stride_, static_cast<std::size_t>(last - first), &painted_[target - corner],
                       &known_[source - corner], &is_allowed_[source], &least_[target],
                       &ways_[target], static_cast<std::uint32_t>(source - target)});
    }
}

} // namespace perdure::inpaint
