// SPDX-License-Identifier: Apache-2.0
// Scopes: strands beside that of the orchestration, each with steps of its own, which go from the
// history when it ends.
//
//   entered ──► begins, in a step of its own ──► ... ──► its code returns: its outcome arrives at
//      │                                                 whoever entered it
//      └── given up (dropped, lost a race, or with whoever entered it): what it has open is closed
//
// Whatever happens to a strand arrives in its own steps, and so does what parts tell each other:
// then each part replays without those that have ended. Numbers are given across all parts, in the
// order of asking; those of scopes that have ended stay missing. Strands with something to do run
// one after the other, until nothing is left to do.
//
// Nothing that the code of one part sees may depend on another but by what arrives: that other part
// may have gone when the history is replayed.
#include "turn/execution.hpp"

#include <algorithm>

namespace perdure::turn {

using namespace history;

execution::strand* execution::strand_of(scope_id scope) {
    if (!scope)
        return &whole_;
    const auto found = scopes_.find(*scope);
    return found == scopes_.end() ? nullptr : &found->second;
}

const execution::strand& execution::owner_of(std::uint32_t task_id) const {
    const auto found = asked_by_.find(task_id);
    return found == asked_by_.end() ? whole_ : *found->second;
}

void execution::deliver(std::vector<history::event> arrived,
                        std::vector<history::event> strand::*to) {
    if (asked_by_.empty() && (whole_.*to).empty()) {
        whole_.*to = std::move(arrived);
        return;
    }
    for (history::event& each : arrived) {
        strand* owner = &whole_;
        std::visit(
            [&](const auto& body) {
                if constexpr (requires { body.task_id; })
                    if (const auto found = asked_by_.find(body.task_id); found != asked_by_.end())
                        owner = found->second;
            },
            each);
        (owner->*to).push_back(std::move(each));
        note_work(*owner);
    }
}

/// Scopes begin in the order in which they were entered. Of those that have begun, what the last
/// ones come to is known before those run that entered them.
execution::strand* execution::next_with_work() {
    if (is_finished_)
        return nullptr;
    for (auto each = scopes_.lower_bound(first_to_begin_); each != scopes_.end(); ++each) {
        first_to_begin_ = each->first;
        if (each->second.to_begin)
            return &each->second;
    }
    while (!with_work_.empty()) {
        strand* const last = strand_of(with_work_.back());
        if (last != nullptr && last->has_work())
            return last;
        with_work_.pop_back(); // it was evaluated, or has ended
    }
    return whole_.has_work() ? &whole_ : nullptr;
}

/// There is something to do for it. There may be ten thousand others: they are not looked through.
void execution::note_work(const strand& which) {
    if (!which.scope)
        return;
    const auto place = std::lower_bound(with_work_.begin(), with_work_.end(), *which.scope);
    if (place == with_work_.end() || *place != *which.scope)
        with_work_.insert(place, *which.scope);
}

detail::slot_ptr execution::enter_scope(std::string_view name,
                                        detail::orchestration_definition body, payload input) {
    require_outside("a scope");
    if (name.empty())
        throw error(errc::invalid_argument, "a scope needs a name");
    payload kept = outgoing(std::move(input));
    const detail::slot_ptr slot =
        schedule(detail::slot_kind::scope, "scope '" + std::string(name) + "'",
                 scope_entered{next_task_id(), std::string(name), kept});
    strand& entered = scopes_[slot->task_id];
    entered.scope = slot->task_id;
    entered.parent = running_;
    entered.to_begin = std::make_unique<beginning>(beginning{std::move(body), std::move(kept)});
    return slot;
}

void execution::begin(strand& scope) {
    scope.random = base::random_stream(
        base::seed_of(instance_ + '\0' + execution_id_ + '\0' + std::to_string(*scope.scope)));
    bring_inline(scope.to_begin->input, *blobs_);
    const auto begun = std::exchange(scope.to_begin, nullptr);
    scope.main = begun->body(context_, begun->input);
    scope.main.start();
    end_if_done();
}

/// The code of the running scope has returned.
void execution::end_scope() {
    strand& ended = *running_;
    history::event outcome;
    try {
        outcome = scope_completed{*ended.scope, outgoing(ended.main.result()), {}};
    } catch (...) {
        outcome = scope_rejected{*ended.scope, failure::current(), {}};
    }
    clear(ended);
    const scope_trace trace{ended.steps, next_task_id_};
    if (auto* completed = std::get_if<scope_completed>(&outcome))
        completed->trace = trace;
    else
        std::get<scope_rejected>(outcome).trace = trace;
    if (is_replaying_)
        return decided_.push_back(std::move(outcome)); // a difference: its steps would be gone
    ended.parent->inbox.push_back(std::move(outcome));
    note_work(*ended.parent);
}

/// Gives up what a scope has open: its coroutine first, which drops what it holds.
void execution::clear(strand& scope) {
    scope.main = {};
    open_requests left;
    for (const std::uint32_t task_id : scope.task_ids) {
        if (auto open = open_.extract(task_id))
            left.insert(std::move(open));
        asked_by_.erase(task_id);
    }
    close(left);
    forget_section(scope);
    scope.is_over = true;
}

/// The running strand does not want a scope's result any more.
void execution::cancel_scope(std::uint32_t task_id) {
    scope_trace trace{0, next_task_id_};
    if (recorded_ != nullptr && decided_.size() < recorded_->size()) {
        const auto* before = std::get_if<scope_canceled>(&(*recorded_)[decided_.size()]);
        if (before != nullptr && before->task_id == task_id)
            trace = before->trace; // the steps that it counts are gone
    }
    if (const auto found = scopes_.find(task_id); found != scopes_.end() && trace.steps == 0) {
        strand* const canceling = std::exchange(running_, &found->second);
        std::vector<history::event> decided_before = std::exchange(decided_, {});
        clear(found->second);
        trace.steps = found->second.steps;
        deciding_->parts.push_back({{now_, true, std::exchange(found->second.inbox, {}),
                                     std::exchange(decided_, std::move(decided_before)), task_id},
                                    false});
        running_ = canceling;
    }
    slots_.erase(task_id);
    open_.erase(task_id);
    asked_by_.erase(task_id);
    decided_.emplace_back(scope_canceled{task_id, trace});
    note_end(task_id, trace);
}

/// Of a scope that the running strand has entered.
void execution::note_end(std::uint32_t task_id, const scope_trace& trace) {
    running_->steps += trace.steps;
    next_task_id_ = std::max(next_task_id_, trace.next_task_id);
    scopes_.erase(task_id);
}

/// Of what was decided just now, the steps of scopes that are still there stay.
void execution::count_steps(std::vector<part>& parts) {
    if (scopes_.empty() && parts.size() == 1)
        return;
    for (part& each : parts)
        if (strand* const which = each.is_kept ? strand_of(each.record.scope) : nullptr)
            ++which->steps;
        else
            each.is_kept = false;
}

std::uint64_t execution::random() noexcept {
    return running_->random.draw();
}

} // namespace perdure::turn
