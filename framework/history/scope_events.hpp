// SPDX-License-Identifier: Apache-2.0
// Events about scopes: pieces of an orchestration with histories of their own, which go when their
// results come. Durable Task has none of them. Part of event.hpp.
#pragma once

#include <perdure/payload.hpp>

#include <cstdint>
#include <string>

namespace perdure::history {

/// A scope was entered. Its steps name it by this task id.
struct scope_entered {
    static constexpr std::uint32_t kind = 19;
    static constexpr const char* label = "ScopeEntered";
    std::uint32_t task_id = 0;
    std::string name;
    payload input;

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.name);
        field(3, self.input);
    }
    friend bool operator==(const scope_entered&, const scope_entered&) = default;
};

/// What stays of a scope that has ended, besides its outcome.
struct scope_trace {
    std::uint32_t steps = 0; ///< How many steps of the history have gone with it.
    std::uint32_t next_task_id = 0; ///< Its numbers, all below, are not given again.

    static void fields(auto& self, auto& field) {
        field(1, self.steps);
        field(2, self.next_task_id);
    }
    friend bool operator==(const scope_trace&, const scope_trace&) = default;
};

struct scope_completed {
    static constexpr std::uint32_t kind = 20;
    static constexpr const char* label = "ScopeCompleted";
    std::uint32_t task_id = 0;
    payload result;
    scope_trace trace;

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.result);
        field(3, self.trace);
    }
    friend bool operator==(const scope_completed&, const scope_completed&) = default;
};

struct scope_rejected {
    static constexpr std::uint32_t kind = 21;
    static constexpr const char* label = "ScopeFailed";
    std::uint32_t task_id = 0;
    failure error;
    scope_trace trace;

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.error);
        field(3, self.trace);
    }
    friend bool operator==(const scope_rejected&, const scope_rejected&) = default;
};

/// A scope was given up, with all that it had asked for.
struct scope_canceled {
    static constexpr std::uint32_t kind = 22;
    static constexpr const char* label = "ScopeCanceled";
    std::uint32_t task_id = 0;
    scope_trace trace;

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.trace);
    }
    friend bool operator==(const scope_canceled&, const scope_canceled&) = default;
};

/// A scope has read an event, or is about to: nobody else will.
struct event_taken {
    static constexpr std::uint32_t kind = 25;
    static constexpr const char* label = "EventTaken";
    std::string name;
    std::uint32_t scope = 0;
    std::uint64_t arrival = 0; ///< The event's place among all, from 0.
    std::uint32_t within = 0; ///< The scope itself, or the outermost one that it is in.

    static void fields(auto& self, auto& field) {
        field(1, self.name);
        field(2, self.scope);
        field(3, self.arrival);
        field(4, self.within);
    }
    friend bool operator==(const event_taken&, const event_taken&) = default;
};

/// A scope did not want an event after all: it is where it was among those that nobody has read.
struct event_returned {
    static constexpr std::uint32_t kind = 26;
    static constexpr const char* label = "EventReturned";
    std::string name;
    payload value;
    std::uint64_t arrival = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.name);
        field(2, self.value);
        field(3, self.arrival);
    }
    friend bool operator==(const event_returned&, const event_returned&) = default;
};

} // namespace perdure::history
