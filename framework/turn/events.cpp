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
    slot->scope = running_->scope;
    event_queue& queue = events_[folded(name)];
    if (queue.unread.empty()) {
        (slot->scope ? queue.waiting_scopes : queue.waiting).push_back(slot);
        return slot;
    }
    auto first = queue.unread.extract(queue.unread.begin());
    if (slot->scope)
        note_taken(first, *slot);
    give(first.key(), std::move(first.mapped()), *slot);
    return slot;
}

void execution::raise(const event_raised& raised) {
    offer(arrivals_++, raised);
}

/// Gives an event to whoever of the orchestration's own code waits, or keeps it.
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
    const bool has_arrived = lost.state == detail::slot_state::completed;
    if (has_arrived && lost.scope)
        return give_back(lost);
    if (has_arrived)
        return offer(lost.arrival, event_raised{lost.event, std::move(lost.value)});
    event_queue& queue = events_[folded(lost.event)];
    std::erase_if(lost.scope ? queue.waiting_scopes : queue.waiting,
                  [&](const auto& each) { return each.get() == &lost; });
}

/// From a scope. That it does arrives at the orchestration like anything else, so that it is known
/// when the scope's own steps are not.
void execution::give_back(detail::slot& lost) {
    if (is_replaying_)
        return; // then it is recorded
    event_returned returned{lost.event, std::move(lost.value), lost.arrival};
    move_out_of_line(returned.value, inline_payload_max_, deciding_->blobs);
    whole_.inbox.emplace_back(std::move(returned));
}

/// A scope has an event, or is to have it. When this is replayed, the scope may have taken it
/// already, or have ended since.
void execution::take(const event_taken& taken) {
    event_queue& queue = events_[folded(taken.name)];
    auto found = queue.unread.extract(taken.arrival);
    if (found.empty())
        return;
    const auto first = std::find_if(queue.waiting_scopes.begin(), queue.waiting_scopes.end(),
                                    [&](const auto& each) { return each->scope == taken.scope; });
    if (first != queue.waiting_scopes.end())
        serve(queue, first, std::move(found));
}

void execution::serve(event_queue& queue, std::list<detail::slot_ptr>::iterator which,
                      unread_event first) {
    const detail::slot_ptr slot = *which;
    queue.waiting_scopes.erase(which);
    give(first.key(), std::move(first.mapped()), *slot);
    strand& waiting = scopes_.at(*slot->scope);
    waiting.served.push_back(slot);
    note_work(waiting);
}

/// Scopes get what the orchestration's own code does not wait for.
void execution::serve_scopes() {
    for (auto& [name, queue] : events_)
        while (!queue.unread.empty() && !queue.waiting_scopes.empty()) {
            auto first = queue.unread.extract(queue.unread.begin());
            note_taken(first, *queue.waiting_scopes.front());
            serve(queue, queue.waiting_scopes.begin(), std::move(first));
        }
}

void execution::note_taken(const unread_event& first, const detail::slot& by) {
    const strand* outermost = strand_of(by.scope);
    while (outermost->parent != &whole_)
        outermost = outermost->parent;
    taken_.emplace_back(
        event_taken{first.mapped().name, *by.scope, first.key(), *outermost->scope});
}

/// In a step of the orchestration itself, before anybody else looks for events.
void execution::record_taken() {
    if (!taken_.empty())
        deciding_->parts.push_back({{now_, true, std::exchange(taken_, {}), {}, {}}});
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
