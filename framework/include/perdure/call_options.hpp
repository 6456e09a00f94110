// SPDX-License-Identifier: Apache-2.0
// How a call of an activity or a child is to be made: how often it is tried, and how long it may
// take.
#pragma once

#include <perdure/error.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>

namespace perdure {

/// When a failed call is tried again. The pause after the n-th attempt is first_interval times
/// coefficient to the power n - 1, but not longer than max_interval: a durable timer, which
/// survives restarts and never ends early. Once a call has no attempt left, its last failure is its
/// outcome.
struct retry_policy {
    static constexpr std::uint32_t unlimited = std::numeric_limits<std::uint32_t>::max();

    /// The pause before the second attempt; more than 0. There is no default.
    std::chrono::milliseconds first_interval{0};
    /// What each further pause is longer by; at least 1.
    double coefficient = 1.0;
    /// At least first_interval.
    std::chrono::milliseconds max_interval = std::chrono::milliseconds::max();
    /// All attempts, the first one included; at least 1. There is no default.
    std::uint32_t max_attempts = 0;
    /// No attempt begins later than this after the first one; more than 0.
    std::chrono::milliseconds timeout = std::chrono::milliseconds::max();
    /// Decides whether to try again after the `attempt`-th (from 1) has failed so; empty: always.
    /// Not asked about what is not retriable or has no attempt left. Part of the orchestration: it
    /// must be as deterministic, and whatever it refers to must live as long as the durable. What
    /// it throws is the outcome of the call.
    std::function<bool(const failure& failed, std::uint32_t attempt)> handler = {};

    /// Throws error (invalid_argument), naming the field that breaks one of these rules.
    void require_valid() const;
    /// How long to wait after the attempt of that number, from 1.
    std::chrono::milliseconds pause_after(std::uint32_t attempt) const noexcept;
};

struct call_options {
    /// None: the first failure is the call's outcome.
    std::optional<retry_policy> retry = {};
    /// How long each attempt may take, waiting for a free worker included; more than 0. Then it is
    /// cancelled and has failed with the type `timed_out`.
    std::optional<std::chrono::milliseconds> timeout = {};
    /// How long a running activity may go without activity_context::heartbeat(); more than 0. Then
    /// it is cancelled and has failed with the type `heartbeat_timed_out`.
    std::optional<std::chrono::milliseconds> heartbeat_timeout = {};

    /// Throws error (invalid_argument), naming the field that is out of its range.
    void require_valid() const;
    /// The same for a call of an orchestration, which sends no heartbeats.
    void require_valid_for_child() const;
};

} // namespace perdure
