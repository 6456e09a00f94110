// SPDX-License-Identifier: Apache-2.0
// What a client can learn about an instance: its status and its history.
#pragma once

#include <perdure/ids.hpp>
#include <perdure/payload.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace perdure {

/// The states of Durable Task. Numbers are stored.
enum class runtime_status : std::uint8_t {
    running = 0,
    completed = 1,
    continued_as_new = 2,
    failed = 3,
    canceled = 4,
    terminated = 5,
    pending = 6,
    suspended = 7,
};

/// As in Durable Task, such as `ContinuedAsNew`.
const char* to_string(runtime_status status) noexcept;
/// Whether nothing will happen to the instance any more.
bool is_finished(runtime_status status) noexcept;

struct instance_status {
    std::string instance;
    std::string name;
    std::string parent; ///< Empty unless started by another orchestration.
    runtime_status status = runtime_status::pending;
    timestamp created{};
    timestamp updated{};
    payload input;
    payload output; ///< `null` until completed.
    payload custom_status; ///< `null` unless set.
    std::optional<failure> failed;
    /// Why the instance is held: code and history disagree, or a function is not registered. Its
    /// history is intact; it goes on when the hub is opened with matching code.
    std::optional<std::string> held;
};

/// One event of a history, named as in Durable Task.
struct history_entry {
    std::uint64_t number = 0; ///< From 0, without gaps.
    timestamp time{};
    std::string kind; ///< Such as `TaskCompleted`.
    std::optional<std::uint32_t> task_id; ///< Which call, timer, child or scope it belongs to.
    std::optional<std::uint32_t> scope; ///< In which scope it happened: the task id of that.
    /// Of an activity or child: which attempt, from 1. Of a timer: which one it is the pause
    /// before.
    std::uint32_t attempt = 1;
    std::string name; ///< Function, event or operation.
    std::string target; ///< Child instance or entity, where there is one.
    payload value; ///< Input or result.
    std::optional<failure> failed;
};

} // namespace perdure
