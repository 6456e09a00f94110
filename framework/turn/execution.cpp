// SPDX-License-Identifier: Apache-2.0
// Driving the coroutine. What the coroutine can ask for is in requests.cpp.
#include "turn/execution.hpp"

#include "turn/closing.hpp"

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
    main_ = {};
    for (auto& [id, slot] : slots_)
        slot->host = nullptr;
    cut_attended();
    for (auto& [name, queue] : events_)
        for (auto& slot : queue.waiting)
            slot->host = nullptr;
    forget_section();
}

std::optional<mismatch> execution::replay(step recorded, decision* asked) {
    if (!recorded.evaluated) {
        record(std::move(recorded.arrived));
        event_count_ += recorded.decided.size();
        is_finished_ = is_finished_ || !recorded.decided.empty(); // only a termination decides here
        return std::nullopt;
    }
    is_replaying_ = true;
    evaluate(recorded.time, recorded.arrived);
    is_replaying_ = false;
    event_count_ += 1 + recorded.arrived.size();
    auto difference = compare(recorded.decided);
    event_count_ += recorded.decided.size();
    decision decided = std::exchange(deciding_, {});
    if (asked != nullptr)
        *asked = std::move(decided);
    return difference;
}

void execution::skip(const step& undone) {
    event_count_ += (undone.evaluated ? 1 : 0) + undone.arrived.size() + undone.decided.size();
}

void execution::record(std::vector<history::event> arrived) {
    event_count_ += arrived.size();
    // Settled already, though no code has seen it: it must not be run or recorded again.
    for (const history::event& each : arrived)
        if (!std::holds_alternative<lock_granted>(each)) // open until it is given up
            std::visit(
                [this](const auto& body) {
                    if constexpr (requires { body.task_id; })
                        open_.erase(body.task_id);
                },
                each);
    std::move(arrived.begin(), arrived.end(), std::back_inserter(unevaluated_));
}

decision execution::run(timestamp now, std::span<const history::event> arrived) {
    evaluate(std::max(now, now_), arrived);
    event_count_ += 1 + arrived.size() + deciding_.decided.size();
    return std::exchange(deciding_, {});
}

void execution::evaluate(timestamp now, std::span<const history::event> arrived) {
    now_ = now;
    for (const history::event& each : std::exchange(unevaluated_, {}))
        apply(each);
    for (const history::event& each : arrived)
        apply(each);
    if (is_finished_ && continuation_)
        deciding_.carried = unread_events();
}

void execution::apply(const history::event& happened) {
    if (is_finished_) {
        if (const auto* late = std::get_if<event_raised>(&happened);
            late != nullptr && continuation_)
            raise(*late); // for the next execution
        return;
    }
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
        void operator()(const execution_rewound& e) { self.next_task_id_ = e.next_task_id; }
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
    };
    std::visit(visitor{*this}, happened);
    if (main_ && main_.is_done())
        finish();
}

void execution::start(const execution_started& begun) {
    parent_ = begun.parent.instance;
    execution_id_ = begun.execution;
    random_ = base::random_stream(base::seed_of(instance_ + '\0' + execution_id_));
    payload input = begun.input;
    bring_inline(input, *blobs_);
    main_ = (*code_)(context_, std::move(input));
    main_.start();
}

void execution::finish() {
    is_finished_ = true;
    execution_completed outcome;
    try {
        outcome.output = main_.result();
    } catch (const detail::leaving_for_new&) {
    } catch (...) {
        outcome.status = runtime_status::failed;
        outcome.error = failure::current();
        continuation_.reset();
    }
    close_open();
    if (continuation_) {
        deciding_.decided.emplace_back(*continuation_);
    } else {
        outcome.output = outgoing(std::move(outcome.output));
        deciding_.decided.emplace_back(std::move(outcome));
    }
}

void execution::close_open() {
    std::vector<history::event> closed = farewells(std::exchange(open_, {}));
    std::move(closed.begin(), closed.end(), std::back_inserter(deciding_.decided));
    forget_section();
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
    waiting.error = error;
    waiting.state = detail::slot_state::failed;
    resume(waiting);
}

void execution::resume(detail::slot& settled) {
    if (detail::waiter* waiting = std::exchange(settled.waiting, nullptr))
        waiting->notify();
}

std::optional<mismatch> execution::compare(const std::vector<history::event>& recorded) const {
    const auto& asked = deciding_.decided;
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
