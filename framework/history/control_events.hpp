// SPDX-License-Identifier: Apache-2.0
// What somebody orders from outside: to end, to pause, to go on, to go back. Part of event.hpp.
#pragma once

#include <perdure/payload.hpp>

#include <cstdint>

namespace perdure::history {

/// Ends the execution at once: what is open is closed, and no code sees it. As a message, a parent
/// ends its child with it.
struct execution_terminated {
    static constexpr std::uint32_t kind = 31;
    static constexpr const char* label = "ExecutionTerminated";
    payload reason; ///< Becomes the output.
    bool recursive = false; ///< Children that are still running end, too.

    static void fields(auto& self, auto& field) {
        field(1, self.reason);
        field(2, self.recursive);
    }
    friend bool operator==(const execution_terminated&, const execution_terminated&) = default;
};

/// From here on what arrives is recorded, and no code runs. Kind 30: it may run again.
template <std::uint32_t Kind>
struct pause_event {
    static constexpr std::uint32_t kind = Kind;
    static const char* const label;
    payload reason;

    static void fields(auto& self, auto& field) { field(1, self.reason); }
    friend bool operator==(const pause_event&, const pause_event&) = default;
};

using execution_suspended = pause_event<29>;
using execution_resumed = pause_event<30>;

template <>
inline const char* const execution_suspended::label = "ExecutionSuspended";
template <>
inline const char* const execution_resumed::label = "ExecutionResumed";

/// The execution goes back to what it was before a step: what was decided since is undone. What
/// arrived since and stays is in the same step, behind this.
struct execution_rewound {
    static constexpr std::uint32_t kind = 32;
    static constexpr const char* label = "ExecutionRewound";
    payload reason;
    std::uint32_t to_step = 0; ///< The first that is undone.
    std::uint32_t next_task_id = 0; ///< Numbers of what is undone are not given again.

    static void fields(auto& self, auto& field) {
        field(1, self.reason);
        field(2, self.to_step);
        field(3, self.next_task_id);
    }
    friend bool operator==(const execution_rewound&, const execution_rewound&) = default;
};

} // namespace perdure::history
