// SPDX-License-Identifier: Apache-2.0
// Calls with options: their slot stays pending while one attempt follows the other.
//
//              failed, may retry            fired
//   attempt ───────────────────────► pause ───────► attempt ...
//      │  └─ its deadline fired: cancelled, then as failed
//      └── completed, or failed for good ► the slot is settled
//
// Deadlines and pauses are timers like any other, so that all of it is in the history.
#include "turn/execution.hpp"

#include <algorithm>
#include <string>

namespace perdure::turn {

using namespace history;
using std::chrono::milliseconds;

struct execution::attended {
    detail::slot_ptr slot;
    history::event asked; ///< The first attempt; further ones ask for the same.
    call_options options;
    timestamp begun{};
    std::uint32_t call = 0; ///< Task id of the first attempt.
    std::uint32_t retry = 0;
    // Task ids of what is under way: an attempt, perhaps with a deadline, or a pause.
    std::optional<std::uint32_t> attempt;
    std::optional<std::uint32_t> deadline;
    std::optional<std::uint32_t> pause;
    bool is_given_up = false;
};

namespace {

timestamp later(timestamp now, milliseconds by) {
    return by > timestamp::max() - now ? timestamp::max() : now + by;
}

} // namespace

detail::slot_ptr execution::attend(detail::slot_ptr called, const call_options& options) {
    if (!options.retry && !options.timeout)
        return called;
    const auto call = std::make_shared<attended>();
    call->slot = called;
    call->asked = open_.at(called->task_id);
    call->options = options;
    call->begun = now_;
    call->call = called->task_id;
    call->attempt = called->task_id;
    slots_.erase(called->task_id);
    attended_[called->task_id] = call;
    watch_attempt(call);
    return called;
}

bool execution::is_alive(std::uint32_t call) const {
    if (is_finished_)
        return false;
    return open_.contains(call) ||
           std::any_of(attended_.begin(), attended_.end(),
                       [call](const auto& each) { return each.second->call == call; });
}

void execution::watch_attempt(const attended_ptr& call) {
    if (!call->options.timeout)
        return;
    call->deadline = ask(timer_created{next_task_id(), later(now_, *call->options.timeout)});
    attended_[*call->deadline] = call;
}

/// Gives false if the task id is of no call with options. `error` is null if there was none.
bool execution::settle_attended(std::uint32_t task_id, const payload& result,
                                const failure* error) {
    const auto found = attended_.find(task_id);
    if (found == attended_.end())
        return false;
    const attended_ptr call = found->second;
    open_.erase(task_id);
    if (call->pause == task_id) {
        call->pause.reset();
        attended_.erase(task_id);
        begin_attempt(call);
    } else if (call->deadline == task_id) {
        call->deadline.reset();
        attended_.erase(task_id);
        cancel(call->slot->kind, *std::exchange(call->attempt, std::nullopt));
        fail_attempt(call, {timed_out,
                            "attempt " + std::to_string(call->retry + 1) + " took longer than " +
                                std::to_string(call->options.timeout->count()) + " ms",
                            nullptr});
    } else {
        call->attempt.reset();
        if (const auto deadline = std::exchange(call->deadline, std::nullopt)) {
            attended_.erase(*deadline);
            cancel(detail::slot_kind::timer, *deadline);
        }
        if (error != nullptr) {
            fail_attempt(call, *error);
        } else {
            attended_.erase(task_id);
            complete(*call->slot, result);
        }
    }
    return true;
}

void execution::begin_attempt(const attended_ptr& call) {
    ++call->retry;
    history::event next = call->asked;
    if (auto* task = std::get_if<task_scheduled>(&next)) {
        task->task_id = next_task_id();
        task->retry = call->retry;
        task->call = call->call;
    } else {
        auto& child = std::get<child_created>(next);
        child.task_id = next_task_id();
        child.instance = default_child_id();
        child.retry = call->retry;
        child.call = call->call;
    }
    call->attempt = ask(std::move(next));
    call->slot->task_id = *call->attempt;
    attended_[*call->attempt] = call;
    watch_attempt(call);
}

bool execution::may_retry(const attended& call, const failure& error) const {
    const auto& policy = call.options.retry;
    const std::uint32_t attempt = call.retry + 1;
    if (!policy || !error.retriable || attempt >= policy->max_attempts)
        return false;
    const milliseconds past = now_ - call.begun;
    if (past > policy->timeout || policy->pause_after(attempt) > policy->timeout - past)
        return false;
    return !policy->handler || policy->handler(error, attempt);
}

void execution::fail_attempt(const attended_ptr& call, const failure& error) {
    failure outcome = error;
    bool is_retried = false;
    try {
        is_retried = may_retry(*call, error);
    } catch (...) { // by the handler
        outcome = failure::current();
    }
    attended_.erase(call->slot->task_id);
    if (call->is_given_up)
        return; // by the handler
    if (!is_retried)
        return fail(*call->slot, outcome);
    const timestamp due = later(now_, call->options.retry->pause_after(call->retry + 1));
    call->pause = ask(timer_created{next_task_id(), due, call->retry + 1, call->call});
    call->slot->task_id = *call->pause;
    attended_[*call->pause] = call;
}

void execution::give_up(attended& call) noexcept {
    call.is_given_up = true;
    attended_.erase(call.slot->task_id);
    if (call.attempt)
        cancel(call.slot->kind, *call.attempt);
    for (const auto& timer : {call.deadline, call.pause}) {
        if (!timer)
            continue;
        attended_.erase(*timer);
        cancel(detail::slot_kind::timer, *timer);
    }
}

void execution::cut_attended() noexcept {
    for (auto& [task_id, call] : attended_)
        call->slot->host = nullptr;
}

} // namespace perdure::turn
