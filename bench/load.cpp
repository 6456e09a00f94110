// SPDX-License-Identifier: Apache-2.0
#include "bench/load.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>

namespace perdure::bench {
namespace {

using steady = std::chrono::steady_clock;

double seconds_since(steady::time_point begin) {
    return std::chrono::duration<double>(steady::now() - begin).count();
}

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

long rss_max_kib() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
}

hub_metrics difference(hub_metrics later, const hub_metrics& earlier) {
    later.commits -= earlier.commits;
    later.groups -= earlier.groups;
    later.puts -= earlier.puts;
    later.bytes -= earlier.bytes;
    later.evaluations -= earlier.evaluations;
    later.replays -= earlier.replays;
    later.activities -= earlier.activities;
    return later;
}

} // namespace

load_figures load::measure(const load_settings& settings) {
    for (int i = 0; i < settings.in_flight; ++i)
        start_one();
    run(settings.warm_up);

    load_figures figures;
    const hub_metrics before = hub_->metrics();
    const double cpu_before = cpu_seconds();
    const auto begin = steady::now();
    figures.latencies_ms = run(settings.seconds);
    figures.seconds = seconds_since(begin);
    figures.cpu_seconds = cpu_seconds() - cpu_before;
    figures.used = difference(hub_->metrics(), before);
    figures.completed = figures.latencies_ms.size();
    figures.rss_max_kib = rss_max_kib();
    drain();
    std::sort(figures.latencies_ms.begin(), figures.latencies_ms.end());
    return figures;
}

void load::start_one() {
    ++started_;
    const auto begin = steady::now();
    start_options options;
    options.on_finished = [this, begin](const instance_status& seen) {
        finished({seconds_since(begin) * 1000, seen.status == runtime_status::completed});
    };
    // The end is on disk before it is told, and the start before the end: no need to wait for it.
    start_(hub_->client(), std::move(options));
}

/// Runs for a while; returns the latencies of what finished.
std::vector<double> load::run(double seconds) {
    std::vector<double> latencies;
    const auto begin = steady::now();
    while (seconds_since(begin) < seconds) {
        for (double latency : wait_some()) {
            latencies.push_back(latency);
            start_one();
        }
    }
    return latencies;
}

void load::drain() {
    while (done_ < started_)
        wait_some();
}

void load::finished(outcome one) {
    const std::scoped_lock lock(mutex_);
    outcomes_.push_back(one);
    arrived_.notify_one();
}

std::vector<double> load::wait_some() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return !outcomes_.empty(); });
    std::vector<double> latencies;
    for (const outcome& each : outcomes_) {
        if (!each.is_completed)
            throw std::runtime_error("an orchestration of the benchmark failed");
        latencies.push_back(each.latency_ms);
    }
    done_ += outcomes_.size();
    outcomes_.clear();
    return latencies;
}

} // namespace perdure::bench
