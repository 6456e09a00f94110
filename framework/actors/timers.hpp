// SPDX-License-Identifier: Apache-2.0
// The timer actor of a table: tells which of its rows are due. One hub has two: for the timers of
// instances, and for messages to entities that wait for their time.
//
//   set, cancel  -> from instances, after their commit was submitted; for messages set only when
//                   they are durable
//   tick         -> from itself, at the next due time, and at least once a second while anything
//                   sleeps, because the wall clock may jump forward
//
// It waits on the monotonic clock for as long as the hub's clock needs to reach the due time.
#pragma once

#include "actors/timer_queue.hpp"
#include "base/engine_clock.hpp"
#include "base/probe.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace perdure::actors {

/// How late a jump of the wall clock is noticed at most.
constexpr std::chrono::milliseconds longest_sleep{1000};

/// Threads: set() and cancel() from any thread.
class timers {
  public:
    using fire_function = std::function<void(const std::string& key)>;
    using durable_function = std::function<std::uint64_t()>;
    using failure_function = std::function<void(const std::exception&)>;

    /// Keys of `where` begin with a due time. `failed` is told when timers can't be read; none
    /// fires after that.
    timers(caf::actor_system& system, store::store& rows, store::table where,
           base::engine_clock& clock, fire_function fire, durable_function durable,
           failure_function failed, base::probe* disturbed_by = nullptr);

    /// Looks at the stored timers. Until then none fires: opening reads what is outstanding first.
    void start();
    void set(std::string key, std::uint64_t commit);
    void cancel(std::string key);
    const caf::actor& actor() const noexcept { return actor_; }

  private:
    caf::actor actor_;
};

} // namespace perdure::actors
