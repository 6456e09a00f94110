// SPDX-License-Identifier: Apache-2.0
// `perdure-bench hello`: how many orchestrations of N chained activities complete per second.
#pragma once

#include <perdure/perdure.hpp>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace perdure::bench {

struct hello_settings {
    int activities = 3; ///< Called one after the other.
    int in_flight = 100; ///< Orchestrations that are under way at any time.
    double seconds = 5; ///< Measured time, after the warm-up.
    double warm_up = 1; ///< Seconds before it.
    durability durable = durability::power;
    std::filesystem::path hub; ///< A directory of its own; emptied before and after.
};

struct hello_figures {
    double seconds = 0;
    std::uint64_t completed = 0;
    std::vector<double> latencies_ms; ///< Of every completed one, sorted.
    double cpu_seconds = 0;
    long rss_max_kib = 0;
    hub_metrics used; ///< During the measured time.
};

hello_figures run_hello(const hello_settings& settings);

} // namespace perdure::bench
