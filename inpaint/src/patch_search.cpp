// SPDX-License-Identifier: Apache-2.0
// One target after the other: offer it what its neighbours found, then random places ever nearer to
// the best so far. A candidate replaces a match only when it is strictly better.
#include "patch_search.hpp"

#include <algorithm>
#include <utility>

namespace perdure::inpaint {

patch_search::patch_search(const level& where, const field& previous, const canvas& painted,
                           int row_begin, int row_end, const canvas* known)
    : where_(where), previous_(previous), painted_(painted), known_(known),
      kernel_(distance_kernel_in_use()), lack_(where), row_begin_(row_begin), row_end_(row_end),
      first_(where.target_rows()[static_cast<std::size_t>(row_begin)]),
      last_(where.target_rows()[static_cast<std::size_t>(row_end)]),
      first_seen_(where.target_rows()[static_cast<std::size_t>(std::max(0, row_begin - 1))]),
      here_(where), beside_(where) {
    const std::uint32_t last_seen =
        where.target_rows()[static_cast<std::size_t>(std::min(where.size().height, row_end + 1))];
    matches_.assign(previous.matches.begin() + first_seen_, previous.matches.begin() + last_seen);
    states_.resize(matches_.size());
    for (std::uint32_t target = first_seen_; target < last_seen; ++target) {
        match& each = seen(target);
        if (target < first_ || target >= last_) {
            state(target) = each.is_settled ? 0 : improved;
            continue;
        }
        const std::uint32_t cost = cost_of(target, each.source);
        if (!each.is_settled || cost != each.cost)
            state(target) = active;
        each.cost = cost & match::cost_max;
    }
}

void patch_search::take_over(std::span<const far_match> better) {
    for (auto next = std::ranges::lower_bound(better, first_seen_, {}, &far_match::target);
         next != better.end() && next->target < first_seen_ + matches_.size(); ++next) {
        seen(next->target) = next->found;
        state(next->target) = active | improved;
    }
}

void patch_search::sweep(std::uint64_t key, bool is_forward, int reach) {
    const int direction = is_forward ? -1 : 1;
    const auto rows = where_.target_rows();
    beside_.set(is_forward ? row_begin_ - 1 : row_end_);
    for (int i = 0; i < row_end_ - row_begin_; ++i) {
        const int row = is_forward ? row_begin_ + i : row_end_ - 1 - i;
        here_.set(row);
        const std::uint32_t first = rows[static_cast<std::size_t>(row)];
        const std::uint32_t last = rows[static_cast<std::size_t>(row) + 1];
        for (std::uint32_t step = 0; step < last - first; ++step) {
            const std::uint32_t target = is_forward ? first + step : last - 1 - step;
            if (seen(target).cost == 0)
                continue; // nothing is better
            propagate(target, direction);
            if ((state(target) & active) != 0)
                search_around(target, key, reach);
        }
        swap(here_, beside_);
    }
}

std::vector<match> patch_search::take() {
    matches_.resize(last_ - first_seen_);
    matches_.erase(matches_.begin(), matches_.begin() + (first_ - first_seen_));
    for (std::uint32_t target = first_; target < last_; ++target) {
        const match& before = previous_.matches[target];
        match& now = matches_[target - first_];
        now.is_settled = now.source == before.source && now.cost == before.cost;
    }
    return std::move(matches_);
}

std::uint32_t patch_search::corner_of(point centre) const {
    return static_cast<std::uint32_t>((centre.y - patch_radius) * where_.size().width + centre.x -
                                      patch_radius);
}

std::uint32_t patch_search::cost_of(std::uint32_t target, point source) const {
    const point here = where_.targets()[target];
    const int left = here.x - patch_radius;
    const int top = here.y - patch_radius;
    const auto stride = static_cast<std::size_t>(where_.size().width);
    const sample* offered = where_.samples().data() + corner_of(source);
    const std::uint32_t distance =
        known_ == nullptr ? kernel_.whole(painted_.at(left, top), offered, painted_.stride(),
                                          stride, match::cost_max)
                          : kernel_.masked(painted_.at(left, top), offered, known_->at(left, top),
                                           painted_.stride(), stride, match::cost_max);
    return std::min(match::cost_max, distance + lack_.cost(target, source));
}

// A neighbour's source, shifted back by the step to the neighbour.
void patch_search::propagate(std::uint32_t target, int direction) {
    const point here = where_.targets()[target];
    const point best = seen(target).source;
    const bool is_active = (state(target) & active) != 0;
    const source_set& sources = sources_of(target);
    const auto listen = [&](std::uint32_t neighbour, int dx, int dy) {
        if (neighbour == row_of_targets::none || !(is_active || state(neighbour) != 0))
            return;
        const int x = seen(neighbour).source.x - dx;
        const int y = seen(neighbour).source.y - dy;
        if (x != best.x || y != best.y)
            add_offer(x, y, {}, sources.contains(x, y));
    };
    offer_count_ = 0;
    listen(here_.at(here.x + direction), direction, 0);
    listen(beside_.at(here.x), 0, direction);
    listen(beside_.at(here.x + direction), direction, direction);
    listen(beside_.at(here.x - direction), -direction, direction);
    for (std::size_t next = 0; next < offer_count_; ++next)
        next = accept_better(target, next);
}

// The walk is taken as if none of it were better, as hardly anything is. When a place is, the rest
// is walked around that one, by the same random numbers.
void patch_search::search_around(std::uint32_t target, std::uint64_t key, int reach) {
    const point here = where_.targets()[target];
    const source_set& sources = sources_of(target);
    const source_set::box_type& box = sources.box();
    const int extent = std::max(box.right - box.left, box.bottom - box.top);
    for (walk ahead{stream_at(key, here.x, here.y), std::min(reach, extent)};;) {
        const point centre = seen(target).source;
        offer_count_ = 0;
        while (ahead.reach >= 1) {
            const int x = ahead.random.between(std::max(box.left, centre.x - ahead.reach),
                                               std::min(box.right - 1, centre.x + ahead.reach));
            const int y = ahead.random.between(std::max(box.top, centre.y - ahead.reach),
                                               std::min(box.bottom - 1, centre.y + ahead.reach));
            ahead.reach /= 2;
            add_offer(x, y, ahead, sources.contains(x, y));
        }
        const std::size_t better = accept_better(target, 0);
        if (better == offer_count_)
            return;
        ahead = offers_[better].rest;
    }
}

// Whether a place is allowed can't be predicted, so nothing here depends on it by a jump.
void patch_search::add_offer(int x, int y, const walk& rest, bool is_allowed) {
    offers_[offer_count_] = {{static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)}, rest};
    corners_[offer_count_] =
        static_cast<std::uint32_t>((y - patch_radius) * where_.size().width + x - patch_radius);
    offer_count_ += is_allowed ? 1 : 0;
}

// The first of the offers from `first` on that is better becomes the match. Returns it, or the
// number of offers.
std::size_t patch_search::accept_better(std::uint32_t target, std::size_t first) {
    if (first == offer_count_)
        return first;
    const point here = where_.targets()[target];
    const int left = here.x - patch_radius;
    const int top = here.y - patch_radius;
    const sample* mask = known_ == nullptr ? nullptr : known_->at(left, top);
    match& best = seen(target);
    for (std::size_t next = first; next < offer_count_; ++next) {
        std::uint32_t cost = best.cost;
        next += kernel_.first_below({painted_.at(left, top), painted_.stride()}, mask,
                                    {where_.samples().data(),
                                     static_cast<std::size_t>(where_.size().width),
                                     std::span(corners_).subspan(next, offer_count_ - next)},
                                    cost);
        if (next == offer_count_)
            break;
        cost += lack_.cost(target, offers_[next].source);
        if (cost >= best.cost)
            continue;
        best.source = offers_[next].source;
        best.cost = cost & match::cost_max;
        state(target) |= improved;
        return next;
    }
    return offer_count_;
}

void patch_search::row_of_targets::set(int row) {
    for (const point& each : set_)
        targets_[each.x + 1U] = none;
    set_ = {};
    if (row < 0 || row >= where_.size().height)
        return;
    const std::uint32_t first = where_.target_rows()[static_cast<std::size_t>(row)];
    const std::uint32_t last = where_.target_rows()[static_cast<std::size_t>(row) + 1];
    set_ = where_.targets().subspan(first, last - first);
    for (std::uint32_t target = first; target < last; ++target)
        targets_[where_.targets()[target].x + 1U] = target;
}

std::uint64_t sweep_key(std::uint64_t seed, int level_index, int iteration, int sweep) {
    std::uint64_t key = mix(seed);
    key = mix(key ^ static_cast<std::uint64_t>(level_index));
    key = mix(key ^ static_cast<std::uint64_t>(iteration));
    return mix(key ^ static_cast<std::uint64_t>(sweep));
}

} // namespace perdure::inpaint
