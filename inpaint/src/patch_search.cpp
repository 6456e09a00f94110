// SPDX-License-Identifier: Apache-2.0
// One target after the other: offer it what its neighbours found, then random places ever nearer to
// the best so far. A candidate replaces a match only when it is strictly better.
#include "patch_search.hpp"

#include <algorithm>
#include <utility>

#include "random.hpp"

namespace perdure::inpaint {

patch_search::patch_search(const level& where, const field& previous, const canvas& painted,
                           int row_begin, int row_end, const canvas* known)
    : where_(where), previous_(previous), painted_(painted), known_(known),
      kernel_(distance_kernel_in_use()), map_(where, row_begin - 1, row_end + 1),
      first_(where.target_rows()[static_cast<std::size_t>(row_begin)]),
      last_(where.target_rows()[static_cast<std::size_t>(row_end)]),
      matches_(previous.matches.begin() + first_, previous.matches.begin() + last_),
      states_(matches_.size()) {
    for (std::uint32_t target = first_; target < last_; ++target) {
        match& each = own(target);
        const std::uint32_t cost = distance(target, each.source, match::cost_max);
        if (!each.is_settled || cost != each.cost)
            states_[target - first_] = active;
        each.cost = cost & match::cost_max;
    }
}

void patch_search::sweep(std::uint64_t key, bool is_forward, int reach) {
    const std::uint32_t count = last_ - first_;
    for (std::uint32_t step = 0; step < count; ++step) {
        const std::uint32_t target = is_forward ? first_ + step : last_ - 1 - step;
        propagate(target, is_forward ? -1 : 1);
        if ((states_[target - first_] & active) != 0)
            search_around(target, key, reach);
    }
}

void patch_search::offer(std::span<const offset> offsets) {
    for (std::uint32_t target = first_; target < last_; ++target) {
        if ((states_[target - first_] & active) == 0)
            continue;
        const point here = where_.targets()[target];
        for (const offset& each : offsets)
            attempt(target, here.x + each.dx, here.y + each.dy);
    }
}

std::vector<match> patch_search::take() {
    for (std::uint32_t target = first_; target < last_; ++target) {
        const match& before = previous_.matches[target];
        match& now = own(target);
        now.is_settled = now.source == before.source && now.cost == before.cost;
    }
    return std::move(matches_);
}

const match& patch_search::seen(std::uint32_t target) const {
    const bool is_own = target >= first_ && target < last_;
    return is_own ? matches_[target - first_] : previous_.matches[target];
}

std::uint32_t patch_search::distance(std::uint32_t target, point source,
                                     std::uint32_t limit) const {
    const point here = where_.targets()[target];
    const int left = here.x - patch_radius;
    const int top = here.y - patch_radius;
    const auto stride = static_cast<std::size_t>(where_.size().width);
    const sample* offered = where_.samples().data() +
                            static_cast<std::size_t>(source.y - patch_radius) * stride +
                            static_cast<std::size_t>(source.x - patch_radius);
    if (known_ != nullptr)
        return kernel_.masked(painted_.at(left, top), offered, known_->at(left, top),
                              painted_.stride(), stride, limit);
    return kernel_.whole(painted_.at(left, top), offered, painted_.stride(), stride, limit);
}

void patch_search::attempt(std::uint32_t target, int x, int y) {
    match& best = own(target);
    if (!where_.source_sets()[where_.set_of_target(target)].contains(x, y))
        return;
    const point source{static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)};
    if (source == best.source)
        return;
    const std::uint32_t cost = distance(target, source, best.cost);
    if (cost < best.cost) {
        best.source = source;
        best.cost = cost & match::cost_max;
        states_[target - first_] |= improved;
    }
}

// Whether a target may have something new to tell its neighbours.
bool patch_search::is_lively(std::uint32_t target) const {
    if (target >= first_ && target < last_)
        return states_[target - first_] != 0;
    return !previous_.matches[target].is_settled;
}

// A neighbour's source, shifted back by the step to the neighbour.
void patch_search::propagate(std::uint32_t target, int direction) {
    const point here = where_.targets()[target];
    const bool is_active = (states_[target - first_] & active) != 0;
    const int steps[4][2] = {
        {direction, 0}, {0, direction}, {direction, direction}, {-direction, direction}};
    for (const auto& [dx, dy] : steps) {
        const std::uint32_t neighbour = map_.at(here.x + dx, here.y + dy);
        if (neighbour == target_map::none || !(is_active || is_lively(neighbour)))
            continue;
        const point source = seen(neighbour).source;
        attempt(target, source.x - dx, source.y - dy);
    }
}

void patch_search::search_around(std::uint32_t target, std::uint64_t key, int reach_max) {
    const point here = where_.targets()[target];
    random_stream random = stream_at(key, here.x, here.y);
    const source_set::box_type& box = where_.source_sets()[where_.set_of_target(target)].box();
    const int extent = std::max(box.right - box.left, box.bottom - box.top);
    for (int reach = std::min(extent, reach_max); reach >= 1; reach /= 2) {
        const point centre = own(target).source;
        const int x = random.between(std::max(box.left, centre.x - reach),
                                     std::min(box.right - 1, centre.x + reach));
        const int y = random.between(std::max(box.top, centre.y - reach),
                                     std::min(box.bottom - 1, centre.y + reach));
        attempt(target, x, y);
    }
}

std::uint64_t sweep_key(std::uint64_t seed, int level_index, int iteration, int sweep) {
    std::uint64_t key = mix(seed);
    key = mix(key ^ static_cast<std::uint64_t>(level_index));
    key = mix(key ^ static_cast<std::uint64_t>(iteration));
    return mix(key ^ static_cast<std::uint64_t>(sweep));
}

} // namespace perdure::inpaint
