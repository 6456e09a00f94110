// SPDX-License-Identifier: Apache-2.0
#include "actors/timer_queue.hpp"

#include <algorithm>
#include <iterator>

namespace perdure::actors {

bool timer_queue::is_within_horizon(const std::string& key) const {
    return has_all_ || (horizon_ && key <= *horizon_);
}

void timer_queue::set(const std::string& key, std::uint64_t commit, std::uint64_t durable) {
    (is_within_horizon(key) ? memory_ : recent_).emplace(key, commit);
    if (memory_.size() > 2 * page_)
        spill(durable);
    if (recent_.size() > recent_limit_)
        forget_stored(durable);
}

void timer_queue::forget_stored(std::uint64_t durable) {
    std::erase_if(recent_, [&](const auto& each) { return each.second <= durable; });
    recent_limit_ = std::max(page_, 2 * recent_.size());
}

void timer_queue::cancel(const std::string& key) {
    memory_.erase(key);
    recent_.erase(key);
}

std::vector<std::string> timer_queue::take_due(timestamp now, std::uint64_t durable,
                                               std::size_t batch) {
    std::vector<std::string> due;
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
    return store::due_of(memory_.begin()->first);
}

void timer_queue::load(std::uint64_t durable) {
    std::size_t count = 0;
    bool has_more = false;
    const auto from = horizon_ ? *horizon_ + '\0' : std::string();
    rows_->scan(where_, {}, from, [&](std::string_view key, std::string_view) {
        if (count == page_) {
            has_more = true;
            return false;
        }
        horizon_ = key;
        memory_.emplace(key, 0);
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
