// SPDX-License-Identifier: Apache-2.0
// An actor system whose jobs run only when its owner says so, in an order drawn from a seed.
#pragma once

#include "base/random.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace perdure::testing {

/// Threads: one.
class stepped_system {
  public:
    explicit stepped_system(std::uint64_t seed = 0);

    caf::actor_system& system() noexcept { return *system_; }

    /// Runs one of the jobs that are ready; false if there is none.
    bool run_one();
    void run();
    /// Lets time pass for the actors' own alarms.
    void advance(std::chrono::milliseconds by);

  private:
    caf::scheduler::test_coordinator& scheduler();

    caf::actor_system_config config_;
    std::optional<caf::actor_system> system_;
    base::random_stream random_;
};

} // namespace perdure::testing
