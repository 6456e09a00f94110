// SPDX-License-Identifier: Apache-2.0
// Driving the coroutine. What the coroutine can ask for is in requests.cpp.
#include "turn/execution.hpp"

#include <algorithm>

namespace perdure::turn {

using namespace history;

std::string mismatch::text() const {
    return "code and history disagree at event " + std::to_string(event_number) + ": history has " +
           recorded + ", the code asked for " + asked +
           "; reopen the hub with the code that wrote this history";
}

execution::execution(std::string instance, const detail::orchestration_definition& code,
                     blob_source& blobs, std::size_t inline_payload_max)
    : instance_(std::move(instance)), code_(&code), blobs_(&blobs),
      inline_payload_max_(inline_payload_max) {}

execution::~execution() {
    // Destroying a coroutine is eviction, not cancellation: its durables must not reach us.
    is_evicted_ = true;
    whole_.main = {};
    for (auto& [task_id, scope] : scopes_)
        scope.main = {};
    for (auto& [id, slot] : slots_)
        slot->host = nullptr;
    cut_attended();
    for (auto& [name, queue] : events_) {
        for (auto& slot : queue.waiting)
            slot->host = nullptr;
        for (auto& slot : queue.waiting_scopes)
            slot->host = nullptr;
    }
    forget_section(whole_);
    for (auto& [task_id, scope] : scopes_)
        forget_section(scope);
}

std::optional<mismatch> execution::replay(step recorded, decision* asked) {
    if (!recorded.evaluated) {
        record(std::move(recorded.arrived));
        event_count_ += recorded.decided.size();
        is_finished_ = is_finished_ || !recorded.decided.empty(); // only a termination decides here
        return std::nullopt;
    }
    strand* which = strand_of(recorded.scope);
    if (which == nullptr)
        return mismatch{event_count_, "a step of scope #" + std::to_string(*recorded.scope),
                        "no such scope"};
    is_replaying_ = true;
    recorded_ = &recorded.decided;
    now_ = recorded.time;
    decision decided;
    deciding_ = &decided;
    evaluate(*which, recorded.arrived);
    is_replaying_ = false;
    recorded_ = nullptr;
    event_count_ += 1 + recorded.arrived.size();
    auto difference = compare(recorded.decided);
    event_count_ += recorded.decided.size();
    if (!difference)
        ++which->steps;
    decided_ = {};
    taken_ = {}; // it is recorded
    if (asked != nullptr)
        *asked = std::move(decided);
    return difference;
}

void execution::skip(const step& undone) {
    event_count_ += (undone.evaluated ? 1 : 0) + undone.arrived.size() + undone.decided.size();
    strand* which = strand_of(undone.scope);
    if (which == nullptr)
        return; // it was entered in a step that is undone, too
    ++which->steps;
    for (const auto* events : {&undone.arrived, &undone.decided})
        for (const history::event& each : *events)
            if (const auto end = end_of_scope(each))
                which->steps += end->trace.steps;
}

void execution::record(std::vector<history::event> arrived) {
    event_count_ += arrived.size();
    // Settled already, though no code has seen it: it must not be run or recorded again.
    for (const history::event& each : arrived) {
        if (const auto end = end_of_scope(each))
            scopes_.erase(end->scope); // entered again by replay, it must not begin
        if (const auto* back = std::get_if<execution_rewound>(&each))
            next_task_id_ = back->next_task_id; // before any code runs again
        else if (!std::holds_alternative<lock_granted>(each)) // open until it is given up
            std::visit(
                [this](const auto& body) {
                    if constexpr (requires { body.task_id; })
                        open_.erase(body.task_id);
                },
                each);
    }
    deliver(std::move(arrived), &strand::unevaluated);
}

decision execution::run(timestamp now, std::vector<history::event>& arrived) {
    now_ = std::max(now, now_);
    decision made;
    deciding_ = &made;
    try {
        deliver(std::move(arrived), &strand::inbox);
        arrived.clear();
        strand* next = next_with_work();
        for (next = next != nullptr ? next : &whole_; next != nullptr; next = next_with_work())
            evaluate_new(*next, std::exchange(next->inbox, {}));
    } catch (...) {
        for (auto& [task_id, scope] : scopes_)
            made.parts.push_back({{now_, false, std::move(scope.inbox), {}, {}}});
        made.parts.push_back({{now_, false, std::move(whole_.inbox), {}, {}}});
        arrived = arrivals_in(std::move(made.parts));
        throw;
    }
    if (is_finished_ && continuation_) {
        for (const history::event& each : std::exchange(whole_.inbox, {}))
            apply_late(each);
        made.carried = unread_events();
    }
    count_steps(made.parts);
    return made;
}

/// Runs what is new to a strand, and notes it as a part of the decision.
void execution::evaluate_new(strand& which, std::vector<history::event> arrived) {
    part next{{now_, true, std::move(arrived), {}, which.scope}};
    try {
        evaluate(which, next.record.arrived);
    } catch (...) {
        deciding_->parts.push_back(std::move(next)); // for who collects what had arrived
        throw;
    }
    next.record.decided = std::exchange(decided_, {});
    deciding_->parts.push_back(std::move(next));
    if (which.scope && which.is_over)
        scopes_.erase(*which.scope);
    else if (!which.scope)
        serve_scopes();
    record_taken();
}

void execution::evaluate(strand& which, std::span<const history::event> arrived) {
    running_ = &which;
    if (which.to_begin)
        begin(which);
    for (const detail::slot_ptr& each : std::exchange(which.served, {})) {
        resume(*each);
        end_if_done();
    }
    for (const history::event& each : std::exchange(which.unevaluated, {}))
        apply(each);
    for (const history::event& each : arrived)
        apply(each);
    running_ = &whole_;
}

void execution::apply(const history::event& happened) {
    if (running_->is_over)
        return apply_late(happened);
    struct visitor {
        execution& self;
        void operator()(const execution_started& e) { self.start(e); }
        void operator()(const event_raised& e) { self.raise(e); }
        void operator()(const timer_fired& e) { self.settle(e.task_id, payload{}); }
        void operator()(const task_completed& e) { self.settle(e.task_id, e.result); }
        void operator()(const child_completed& e) { self.settle(e.task_id, e.result); }
        void operator()(const operation_completed& e) { self.settle(e.task_id, e.result); }
        void operator()(const task_rejected& e) { self.settle(e.task_id, e.error); }
        void operator()(const child_rejected& e) { self.settle(e.task_id, e.error); }
        void operator()(const operation_rejected& e) { self.settle(e.task_id, e.error); }
        // These are about whether code runs, not for it to see.
        void operator()(const execution_terminated&) {}
        void operator()(const execution_suspended&) {}
        void operator()(const execution_resumed&) {}
        void operator()(const lock_granted& e) { self.enter_section(e.task_id); }
        void operator()(const transaction_completed& e) { self.settle(e.task_id, e.result); }
        void operator()(const transaction_rejected& e) { self.settle(e.task_id, e.error); }
        void operator()(const execution_rewound&) {}
        void operator()(const scope_completed& e) {
            self.note_end(e.task_id, e.trace);
            self.settle(e.task_id, e.result);
        }
        void operator()(const scope_rejected& e) {
            self.note_end(e.task_id, e.trace);
            self.settle(e.task_id, e.error);
        }
        void operator()(const event_taken& e) { self.take(e); }
        void operator()(const event_returned& e) { self.offer(e.arrival, {e.name, e.value}); }
        // Decisions never arrive.
        void operator()(const execution_completed&) {}
        void operator()(const task_scheduled&) {}
        void operator()(const child_created&) {}
        void operator()(const timer_created&) {}
        void operator()(const timer_canceled&) {}
        void operator()(const task_canceled&) {}
        void operator()(const child_canceled&) {}
        void operator()(const operation_called&) {}
        void operator()(const operation_signaled&) {}
        void operator()(const lock_requested&) {}
        void operator()(const unlock_sent&) {}
        void operator()(const transaction_requested&) {}
        void operator()(const start_requested&) {}
        void operator()(const execution_continued&) {}
        void operator()(const scope_entered&) {}
        void operator()(const scope_canceled&) {}
    };
    std::visit(visitor{*this}, happened);
    end_if_done();
}

/// What nobody has read goes to the next execution, if there is one.
void execution::apply_late(const history::event& happened) {
    if (running_ != &whole_ || !continuation_)
        return;
    if (const auto* raised = std::get_if<event_raised>(&happened))
        raise(*raised);
    else if (const auto* returned = std::get_if<event_returned>(&happened))
        offer(returned->arrival, {returned->name, returned->value});
}

void execution::end_if_done() {
    if (running_->is_over || !running_->main || !running_->main.is_done())
        return;
    running_->is_over = true;
    if (running_->scope)
        end_scope();
    else
        finish();
}

void execution::start(const execution_started& begun) {
    parent_ = begun.parent.instance;
    execution_id_ = begun.execution;
    whole_.random = base::random_stream(base::seed_of(instance_ + '\0' + execution_id_));
    payload input = begun.input;
    bring_inline(input, *blobs_);
    whole_.main = (*code_)(context_, input);
    whole_.main.start();
}

void execution::finish() {
    is_finished_ = true;
    execution_completed outcome;
    try {
        outcome.output = whole_.main.result();
    } catch (const detail::leaving_for_new&) {
    } catch (...) {
        outcome.status = runtime_status::failed;
        outcome.error = failure::current();
        continuation_.reset();
    }
    while (!scopes_.empty())
        cancel_scope(scopes_.begin()->first);
    close(std::exchange(open_, {}));
    forget_section(whole_);
    if (continuation_) {
        decided_.emplace_back(*continuation_);
    } else {
        outcome.output = outgoing(std::move(outcome.output));
        decided_.emplace_back(std::move(outcome));
    }
}

/// Decides what becomes of what is left open: nothing waits for it.
void execution::close(const open_requests& left) {
    std::vector<history::event> closed = farewells(left);
    std::move(closed.begin(), closed.end(), std::back_inserter(decided_));
}

detail::slot_ptr execution::take_open(std::uint32_t task_id) {
    open_.erase(task_id);
    const auto found = slots_.find(task_id);
    if (found == slots_.end())
        return nullptr; // the code gave it up
    detail::slot_ptr slot = std::move(found->second);
    slots_.erase(found);
    return slot;
}

void execution::settle(std::uint32_t task_id, const payload& result) {
    if (settle_attended(task_id, result, nullptr))
        return;
    if (const detail::slot_ptr slot = take_open(task_id))
        complete(*slot, result);
}

void execution::settle(std::uint32_t task_id, const failure& error) {
    if (settle_attended(task_id, {}, &error))
        return;
    if (const detail::slot_ptr slot = take_open(task_id))
        fail(*slot, error);
}

void execution::complete(detail::slot& waiting, const payload& result) {
    waiting.value = result;
    bring_inline(waiting.value, *blobs_);
    waiting.state = detail::slot_state::completed;
    resume(waiting);
}

void execution::fail(detail::slot& waiting, const failure& error) {
    waiting.error = std::make_unique<failure>(error);
    waiting.state = detail::slot_state::failed;
    resume(waiting);
}

void execution::resume(detail::slot& settled) {
    if (detail::waiter* waiting = std::exchange(settled.waiting, nullptr))
        waiting->notify();
}

std::optional<mismatch> execution::compare(const std::vector<history::event>& recorded) const {
    const auto& asked = decided_;
    for (std::size_t i = 0; i < std::max(recorded.size(), asked.size()); ++i) {
        if (i < recorded.size() && i < asked.size() && recorded[i] == asked[i])
            continue;
        mismatch found{event_count_ + i, "nothing more here", "nothing more"};
        if (i < recorded.size())
            found.recorded = describe(recorded[i]);
        if (i < asked.size())
            found.asked = describe(asked[i]);
        if (found.recorded == found.asked)
            found.asked += " with another value";
        return found;
    }
    return std::nullopt;
}

} // namespace perdure::turn
