// SPDX-License-Identifier: Apache-2.0
#include "actors/timer_queue.hpp"

#include <algorithm>
#include <iterator>

namespace perdure::actors {

bool timer_queue::is_within_horizon(const store::timer_address& timer) const {
    return has_all_ || (horizon_ && timer <= *horizon_);
}

void timer_queue::set(const store::timer_address& timer, std::uint64_t commit,
                      std::uint64_t durable) {
    (is_within_horizon(timer) ? memory_ : recent_).emplace(timer, commit);
    if (memory_.size() > 2 * page_)
        spill(durable);
    if (recent_.size() > recent_limit_)
        forget_stored(durable);
}

void timer_queue::forget_stored(std::uint64_t durable) {
    std::erase_if(recent_, [&](const auto& each) { return each.second <= durable; });
    recent_limit_ = std::max(page_, 2 * recent_.size());
}

void timer_queue::cancel(const store::timer_address& timer) {
    memory_.erase(timer);
    recent_.erase(timer);
}

std::vector<store::timer_address> timer_queue::take_due(timestamp now, std::uint64_t durable,
                                                        std::size_t batch) {
    std::vector<store::timer_address> due;
    while (due.size() < batch) {
        const auto next = next_due(durable);
        if (!next || *next > now)
            break;
        due.push_back(memory_.begin()->first);
        memory_.erase(memory_.begin());
    }
    return due;
}

std::optional<timestamp> timer_queue::next_due(std::uint64_t durable) {
    while (memory_.empty() && !has_all_)
        load(durable);
    if (memory_.empty())
        return std::nullopt;
    return memory_.begin()->first.due;
}

void timer_queue::load(std::uint64_t durable) {
    std::size_t count = 0;
    bool has_more = false;
    const auto from = horizon_ ? store::timer_key(*horizon_) + '\0' : std::string();
    rows_->scan(store::table::timers, {}, from, [&](std::string_view key, std::string_view) {
        if (count == page_) {
            has_more = true;
            return false;
        }
        horizon_ = store::parse_timer_key(key);
        memory_.emplace(*horizon_, 0);
        ++count;
        return true;
    });
    has_all_ = !has_more;
    for (auto each = recent_.begin(); each != recent_.end();) {
        const bool is_near = is_within_horizon(each->first);
        if (is_near)
            memory_.insert(*each);
        each = is_near || each->second <= durable ? recent_.erase(each) : std::next(each);
    }
}

void timer_queue::spill(std::uint64_t durable) {
    const auto last_kept = std::next(memory_.begin(), static_cast<std::ptrdiff_t>(page_ - 1));
    for (auto each = std::next(last_kept); each != memory_.end(); each = memory_.erase(each))
        if (each->second > durable)
            recent_.insert(*each);
    horizon_ = last_kept->first;
    has_all_ = false;
}

} // namespace perdure::actors
