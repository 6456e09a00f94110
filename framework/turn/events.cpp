// SPDX-License-Identifier: Apache-2.0
// External events: kept in the order of their arrival until somebody waits for them; whoever waits
// first is served first. One that was handed out and not read goes back to its place, so that none
// is lost to a wait that somebody lost interest in, or to a change of executions.
#include "turn/execution.hpp"

#include <algorithm>

namespace perdure::turn {

using namespace history;

std::string folded(std::string_view name) {
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

detail::slot_ptr execution::wait_event(std::string_view name) {
    auto slot = std::make_shared<detail::slot>();
    slot->host = this;
    slot->kind = detail::slot_kind::event;
    slot->subject = "event '" + std::string(name) + "'";
    slot->event = name;
    event_queue& queue = events_[folded(name)];
    if (queue.unread.empty()) {
        queue.waiting.push_back(slot);
        return slot;
    }
    auto first = queue.unread.extract(queue.unread.begin());
    give(first.key(), std::move(first.mapped()), *slot);
    return slot;
}

void execution::raise(const event_raised& raised) {
    offer(arrivals_++, raised);
}

/// Gives an event to whoever waits, or keeps it.
void execution::offer(std::uint64_t arrival, event_raised raised) {
    event_queue& queue = events_[folded(raised.name)];
    if (queue.waiting.empty()) {
        queue.unread.emplace(arrival, std::move(raised));
        return;
    }
    const detail::slot_ptr first = queue.waiting.front();
    queue.waiting.pop_front();
    give(arrival, std::move(raised), *first);
    resume(*first);
}

void execution::give(std::uint64_t arrival, event_raised raised, detail::slot& to) {
    to.arrival = arrival;
    to.event = std::move(raised.name);
    to.value = std::move(raised.value);
    bring_inline(to.value, *blobs_);
    to.state = detail::slot_state::completed;
}

/// Whoever waited does not want it any more.
void execution::withdraw(detail::slot& lost) {
    if (lost.state == detail::slot_state::completed)
        return offer(lost.arrival, event_raised{lost.event, std::move(lost.value)});
    auto& waiting = events_[folded(lost.event)].waiting;
    std::erase_if(waiting, [&](const auto& each) { return each.get() == &lost; });
}

std::vector<history::event> execution::unread_events() const {
    std::map<std::uint64_t, event_raised> in_order;
    for (const auto& [name, queue] : events_)
        in_order.insert(queue.unread.begin(), queue.unread.end());
    std::vector<history::event> unread;
    for (auto& [arrival, raised] : in_order)
        unread.emplace_back(std::move(raised));
    return unread;
}

} // namespace perdure::turn
