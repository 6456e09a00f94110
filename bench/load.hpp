// SPDX-License-Identifier: Apache-2.0
// A constant number of orchestrations under way, and what is measured of them.
#pragma once

#include <perdure/perdure.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace perdure::bench {

/// How much is measured, of whatever the benchmark does.
struct load_settings {
    int in_flight = 100; ///< Orchestrations that are under way at any time.
    double seconds = 5; ///< Measured time, after the warm-up.
    double warm_up = 1; ///< Seconds before it.
};

struct load_figures {
    double seconds = 0;
    std::uint64_t completed = 0;
    std::vector<double> latencies_ms; ///< Of every completed one, sorted.
    double cpu_seconds = 0;
    long rss_max_kib = 0;
    hub_metrics used; ///< During the measured time.
};

/// Keeps a number of orchestrations under way: whenever one finishes, another starts.
class load {
  public:
    /// Starts one; the options are to be passed on.
    using start_function = std::function<void(client&, start_options)>;

    load(task_hub& hub, start_function start) : hub_(&hub), start_(std::move(start)) {}

    /// Warms up, measures, and waits until nothing is under way any more.
    load_figures measure(const load_settings& settings);

  private:
    struct outcome {
        double latency_ms;
        bool is_completed;
    };

    void start_one();
    std::vector<double> run(double seconds);
    void drain();
    void finished(outcome one);
    std::vector<double> wait_some();

    task_hub* hub_;
    start_function start_;
    std::uint64_t started_ = 0;
    std::uint64_t done_ = 0;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<outcome> outcomes_;
};

} // namespace perdure::bench
