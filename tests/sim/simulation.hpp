// SPDX-License-Identifier: Apache-2.0
// One seed's simulation: a machine, a program of several workloads, and everything that can happen
// to it, all drawn from the seed.
#pragma once

#include "sim/workload.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace perdure::sim {

/// What happened in a simulation, or in many.
struct figures {
    std::uint64_t steps = 0;
    std::uint64_t commits = 0;
    std::uint64_t crashes = 0; ///< Power cuts included.
    std::uint64_t power_cuts = 0;
    std::uint64_t write_faults = 0;
    std::uint64_t clock_faults = 0; ///< Times the wall clock was set, stopped or set going.
    std::uint64_t disturbances = 0; ///< Times a buggified site fired.
    std::chrono::milliseconds virtual_time{0};

    figures& operator+=(const figures& other);
};

struct outcome {
    std::optional<std::string> failure;
    std::uint64_t digest = 0; ///< Of all rows at the end and of the random numbers drawn.
    std::string drawn; ///< The options and workloads.
    figures what;
};

using tracer = std::function<void(const std::string&)>;

/// Runs to the end or to the first violation. Equal seeds give equal outcomes.
outcome simulate(std::uint64_t seed, const tracer& trace);

} // namespace perdure::sim
