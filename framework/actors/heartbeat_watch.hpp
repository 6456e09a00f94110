// SPDX-License-Identifier: Apache-2.0
// Gives up activities that are silent for too long.
//
//   watch  -> from a worker that begins an activity with a heartbeat timeout
//   tick   -> from itself, when the first of them may have been silent for too long
//
// On the monotonic clock, because a silence is a duration. Lives in memory: an activity that runs
// again after a restart is watched again. What lasts is the failure, which the instance records.
#pragma once

#include "actors/run_control.hpp"
#include "base/engine_clock.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace perdure::actors {

/// A run that is watched.
struct watched_run {
    std::shared_ptr<run_control> control;
    std::chrono::milliseconds silence_max{};
    std::string instance;
    std::string execution;
    std::uint32_t task_id = 0;
};

/// Threads: watch() and next() from any thread.
class heartbeat_watch {
  public:
    /// `give_up` is told of each that was silent for too long, once.
    heartbeat_watch(caf::actor_system& system, base::engine_clock& clock,
                    std::function<void(const watched_run&)> give_up);

    void watch(watched_run begun);
    /// When it looks next, if there is anything to look at.
    std::optional<base::mono_time> next() const;
    const caf::actor& actor() const noexcept { return actor_; }

    /// For its actor: looks at what may be overdue. Gives how long it is until it must look again.
    std::optional<std::chrono::milliseconds> look();

  private:
    base::engine_clock* clock_;
    std::function<void(const watched_run&)> give_up_;
    mutable std::mutex mutex_;
    std::multimap<base::mono_time, watched_run> watched_; ///< By when to look.
    caf::actor actor_;
};

} // namespace perdure::actors
