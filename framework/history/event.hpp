// SPDX-License-Identifier: Apache-2.0
// What happened to an instance: one struct per history event, named and meant as in Durable Task.
// Each lists its fields with their stored numbers once; the codec follows that list. Numbers of
// fields and kinds are never reused.
#pragma once

#include "history/control_events.hpp"
#include "history/lock_events.hpp"
#include "history/scope_events.hpp"

#include <perdure/ids.hpp>
#include <perdure/payload.hpp>
#include <perdure/status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace perdure::history {

/// How a parent waits for a child: which execution, and which of its calls. No parent: empty.
struct parent_link {
    std::string instance;
    std::string execution;
    std::uint32_t task_id = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.instance);
        field(2, self.execution);
        field(3, self.task_id);
    }
    friend bool operator==(const parent_link&, const parent_link&) = default;
};

/// Keys of events, 16 bytes of their hashes each, oldest first.
struct key_digests {
    std::string bytes;

    static void fields(auto& self, auto& field) { field(1, self.bytes); }
    friend bool operator==(const key_digests&, const key_digests&) = default;
};

/// An execution began.
struct execution_started {
    static constexpr std::uint32_t kind = 1;
    static constexpr const char* label = "ExecutionStarted";
    std::string name;
    std::string execution;
    payload input;
    parent_link parent;
    bool is_continued{}; ///< It follows one that continued as new.
    timestamp start_at{}; ///< It runs no code before.
    key_digests seen{}; ///< Keys of the events that earlier executions saw.

    static void fields(auto& self, auto& field) {
        field(1, self.name);
        field(2, self.execution);
        field(3, self.input);
        field(4, self.parent);
        field(20, self.is_continued);
        field(21, self.start_at);
        field(22, self.seen);
    }
    friend bool operator==(const execution_started&, const execution_started&) = default;
};

/// The last event of an execution, with its outcome.
struct execution_completed {
    static constexpr std::uint32_t kind = 2;
    static constexpr const char* label = "ExecutionCompleted";
    runtime_status status = runtime_status::completed;
    payload output;
    failure error; ///< Only if status is failed.

    static void fields(auto& self, auto& field) {
        field(1, self.status);
        field(2, self.output);
        field(3, self.error);
    }
    friend bool operator==(const execution_completed&, const execution_completed&) = default;
};

struct task_scheduled {
    static constexpr std::uint32_t kind = 3;
    static constexpr const char* label = "TaskScheduled";
    std::uint32_t task_id = 0;
    std::string name;
    payload input;
    std::uint32_t retry = 0; ///< How often it was tried before.
    std::uint32_t call = 0; ///< Of a retry: the task id of the first attempt.
    std::uint64_t heartbeat_ms = 0; ///< The longest silence; 0: any.

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.name);
        field(3, self.input);
        field(10, self.retry);
        field(11, self.call);
        field(12, self.heartbeat_ms);
    }
    friend bool operator==(const task_scheduled&, const task_scheduled&) = default;
};

/// The outcomes of an activity, a child, an entity call or a transaction share their two shapes.
template <std::uint32_t Kind>
struct completion {
    static constexpr std::uint32_t kind = Kind;
    static const char* const label;
    std::uint32_t task_id = 0;
    payload result;

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.result);
    }
    friend bool operator==(const completion&, const completion&) = default;
};

template <std::uint32_t Kind>
struct rejection {
    static constexpr std::uint32_t kind = Kind;
    static const char* const label;
    std::uint32_t task_id = 0;
    failure error;

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.error);
    }
    friend bool operator==(const rejection&, const rejection&) = default;
};

using task_completed = completion<4>;
using task_rejected = rejection<5>;
using child_completed = completion<7>;
using child_rejected = rejection<8>;
using operation_completed = completion<15>;
using operation_rejected = rejection<16>;
using transaction_completed = completion<39>;
using transaction_rejected = rejection<40>;

template <>
inline const char* const task_completed::label = "TaskCompleted";
template <>
inline const char* const task_rejected::label = "TaskFailed";
template <>
inline const char* const child_completed::label = "SubOrchestrationInstanceCompleted";
template <>
inline const char* const child_rejected::label = "SubOrchestrationInstanceFailed";
template <>
inline const char* const operation_completed::label = "EntityOperationCompleted";
template <>
inline const char* const operation_rejected::label = "EntityOperationFailed";
template <>
inline const char* const transaction_completed::label = "TransactionCompleted";
template <>
inline const char* const transaction_rejected::label = "TransactionFailed";

struct child_created {
    static constexpr std::uint32_t kind = 6;
    static constexpr const char* label = "SubOrchestrationInstanceCreated";
    std::uint32_t task_id = 0;
    std::string name;
    std::string instance;
    payload input;
    std::uint32_t retry = 0; ///< How often it was tried before, each time under another id.
    std::uint32_t call = 0; ///< Of a retry: the task id of the first attempt.

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.name);
        field(3, self.instance);
        field(4, self.input);
        field(10, self.retry);
        field(11, self.call);
    }
    friend bool operator==(const child_created&, const child_created&) = default;
};

struct timer_created {
    static constexpr std::uint32_t kind = 9;
    static constexpr const char* label = "TimerCreated";
    std::uint32_t task_id = 0;
    timestamp due{};
    std::uint32_t retry = 0; ///< Not 0: the pause before that retry of a call.
    std::uint32_t call = 0; ///< Of a pause: the task id of the call's first attempt.

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.due);
        field(10, self.retry);
        field(11, self.call);
    }
    friend bool operator==(const timer_created&, const timer_created&) = default;
};

struct timer_fired {
    static constexpr std::uint32_t kind = 10;
    static constexpr const char* label = "TimerFired";
    std::uint32_t task_id = 0;

    static void fields(auto& self, auto& field) { field(1, self.task_id); }
    friend bool operator==(const timer_fired&, const timer_fired&) = default;
};

/// Durable Task has no such event: there, a cancelled timer keeps its instance running until due.
struct timer_canceled {
    static constexpr std::uint32_t kind = 11;
    static constexpr const char* label = "TimerCanceled";
    std::uint32_t task_id = 0;

    static void fields(auto& self, auto& field) { field(1, self.task_id); }
    friend bool operator==(const timer_canceled&, const timer_canceled&) = default;
};

/// An activity was given up: its outcome will not be recorded. Durable Task has no such event.
struct task_canceled {
    static constexpr std::uint32_t kind = 17;
    static constexpr const char* label = "TaskCanceled";
    std::uint32_t task_id = 0;

    static void fields(auto& self, auto& field) { field(1, self.task_id); }
    friend bool operator==(const task_canceled&, const task_canceled&) = default;
};

/// A child was given up: it is told to end, and what it answers is dropped.
struct child_canceled {
    static constexpr std::uint32_t kind = 18;
    static constexpr const char* label = "SubOrchestrationInstanceCanceled";
    std::uint32_t task_id = 0;
    std::string instance;

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.instance);
    }
    friend bool operator==(const child_canceled&, const child_canceled&) = default;
};

struct event_raised {
    static constexpr std::uint32_t kind = 12;
    static constexpr const char* label = "EventRaised";
    std::string name;
    payload value;
    std::string key{}; ///< What its sender named it, so as not to raise it twice.

    static void fields(auto& self, auto& field) {
        field(1, self.name);
        field(2, self.value);
        field(20, self.key);
    }
    friend bool operator==(const event_raised&, const event_raised&) = default;
};

/// A call or signal on its way to an entity. Signals have a task id too: it orders the decisions.
/// One with a due time is delivered then; a call has none.
template <std::uint32_t Kind>
struct operation_request {
    static constexpr std::uint32_t kind = Kind;
    static const char* const label;
    std::uint32_t task_id = 0;
    entity_id entity;
    std::string operation;
    payload input;
    timestamp due{};
    std::uint32_t section = 0; ///< Of a call: see section_of().

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.entity.name);
        field(3, self.entity.key);
        field(4, self.operation);
        field(5, self.input);
        field(45, self.due);
        field(46, self.section);
    }
    friend bool operator==(const operation_request&, const operation_request&) = default;
};

using operation_called = operation_request<13>;
using operation_signaled = operation_request<14>;

template <>
inline const char* const operation_called::label = "EntityOperationCalled";
template <>
inline const char* const operation_signaled::label = "EntityOperationSignaled";

/// The last thing that an execution decides whose instance goes on with another. The next
/// execution's history takes the place of the one that it ends, so none is found on disk.
struct execution_continued {
    static constexpr std::uint32_t kind = 23;
    static constexpr const char* label = "ContinueAsNew";
    std::string name;
    payload input;

    static void fields(auto& self, auto& field) {
        field(1, self.name);
        field(2, self.input);
    }
    friend bool operator==(const execution_continued&, const execution_continued&) = default;
};

/// An instance without a parent was asked for. Nothing comes back.
struct start_requested {
    static constexpr std::uint32_t kind = 24;
    static constexpr const char* label = "OrchestrationStartRequested";
    std::uint32_t task_id = 0;
    std::string name;
    std::string instance;
    payload input;
    timestamp start_at{};

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.name);
        field(3, self.instance);
        field(4, self.input);
        field(5, self.start_at);
    }
    friend bool operator==(const start_requested&, const start_requested&) = default;
};

using event =
    std::variant<execution_started, execution_completed, task_scheduled, task_completed,
                 task_rejected, child_created, child_completed, child_rejected, timer_created,
                 timer_fired, timer_canceled, event_raised, operation_called, operation_signaled,
                 operation_completed, operation_rejected, execution_terminated, execution_suspended,
                 execution_resumed, task_canceled, child_canceled, lock_requested, lock_granted,
                 unlock_sent, transaction_requested, transaction_completed, transaction_rejected,
                 execution_rewound, execution_continued, start_requested, scope_entered,
                 scope_completed, scope_rejected, scope_canceled, event_taken, event_returned>;

template <class T>
bool is(const event& value) noexcept {
    return std::holds_alternative<T>(value);
}

/// Which part of an orchestration: a scope, by the task id of its ScopeEntered; or none, and then
/// the orchestration itself.
using scope_id = std::optional<std::uint32_t>;

/// One step of an instance, or of one of its scopes: what had arrived, and what its code decided
/// about it. One history row. Steps that could not run code (the instance is held) only record what
/// arrived, also for scopes.
struct step {
    timestamp time{};
    bool evaluated = true;
    std::vector<event> arrived;
    std::vector<event> decided;
    scope_id scope{};

    friend bool operator==(const step&, const step&) = default;
};

/// A step and its number in its history, where those of scopes that have ended are missing.
struct numbered_step {
    std::uint32_t number = 0;
    step record;
};

/// Something on its way to an instance or entity, kept in the durable inbox until consumed.
struct message {
    std::string sender; ///< The instance that asked, where there is one to be answered.
    std::string sender_execution; ///< Its execution.
    std::string execution; ///< The execution addressed; empty: any.
    event body;

    friend bool operator==(const message&, const message&) = default;
};

/// The number and what stays of a scope, if it ends with that event.
struct scope_end {
    std::uint32_t scope;
    scope_trace trace;
};
std::optional<scope_end> end_of_scope(const event& happened);

/// The task id of the first attempt of the call that an attempt, or a pause between two, is of.
template <class Attempt>
std::uint32_t call_of(const Attempt& attempt) noexcept {
    return attempt.retry == 0 ? attempt.task_id : attempt.call;
}

/// The Durable Task name of an event, such as `TaskScheduled`.
const char* label(const event& happened);
/// One line for people, such as `TaskScheduled #3 'charge'`.
std::string describe(const event& happened);
/// What whoever waits for an execution hears of its end, if that is not a result.
std::optional<failure> failure_in(const execution_completed& ended);
/// The event as clients see it; number and time are the caller's.
history_entry to_entry(const event& happened);

/// Picks the payloads out of a field list.
template <class Visit>
struct payload_fields {
    Visit& visit;
    template <class T>
    void operator()(std::uint32_t, T& value) {
        if constexpr (std::is_same_v<std::remove_const_t<T>, payload>)
            visit(value);
    }
};

/// Calls `visit(payload&)` for every payload in an event.
template <class Event, class Visit>
void for_each_payload(Event& happened, Visit&& visit) {
    payload_fields<Visit> fields{visit};
    std::visit([&](auto& body) { std::remove_cvref_t<decltype(body)>::fields(body, fields); },
               happened);
}

/// Appends the blobs that a value keeps alive: those that payloads name, and payloads themselves if
/// they are out of line. Each time that one is named counts.
void collect_blobs(const payload& value, std::vector<blob>& into);
void collect_blobs(const event& value, std::vector<blob>& into);

} // namespace perdure::history
