// SPDX-License-Identifier: Apache-2.0
#include "bench/hello.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>

namespace perdure::bench {
namespace {

using steady = std::chrono::steady_clock;

inline constexpr activity<std::string(std::string)> say_hello{"say_hello"};
inline constexpr orchestration<std::vector<std::string>(int)> greet_cities{"greet_cities"};

task<std::vector<std::string>> greet(orchestration_context& ctx, int activities) {
    std::vector<std::string> greetings;
    for (int i = 0; i < activities; ++i)
        greetings.push_back(co_await ctx.call(say_hello, "Tokyo"));
    co_return greetings;
}

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

/// Keeps a number of orchestrations under way: whenever one finishes, another starts.
class load {
  public:
    load(task_hub& hub, int activities) : hub_(&hub), activities_(activities) {}

    void start_one() {
        ++started_;
        const auto begin = steady::now();
        start_options options;
        options.on_finished = [this, begin](const instance_status& seen) {
            finished({seconds_since(begin) * 1000, seen.status == runtime_status::completed});
        };
        // The end is on disk before it is told, and the start before the end: no need to wait for
        // it.
        hub_->client().start_async(std::move(options), greet_cities, activities_);
    }

    /// Runs for a while; returns the latencies of what finished.
    std::vector<double> run(double seconds) {
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

    void drain() {
        while (done_ < started_)
            wait_some();
    }

  private:
    struct outcome {
        double latency_ms;
        bool is_completed;
    };

    void finished(outcome one) {
        const std::scoped_lock lock(mutex_);
        outcomes_.push_back(one);
        arrived_.notify_one();
    }

    std::vector<double> wait_some() {
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

    task_hub* hub_;
    int activities_;
    std::uint64_t started_ = 0;
    std::uint64_t done_ = 0;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<outcome> outcomes_;
};

} // namespace

hello_figures run_hello(const hello_settings& settings) {
    std::filesystem::remove_all(settings.hub);
    registry functions;
    functions.add(say_hello, [](std::string city) { return "Hello " + city + "!"; });
    functions.add(greet_cities, greet);
    hub_options options;
    options.name = "Bench";
    options.durable = settings.durable;

    hello_figures figures;
    {
        auto hub = task_hub::open(settings.hub, functions, options);
        load under_way(hub, settings.activities);
        for (int i = 0; i < settings.in_flight; ++i)
            under_way.start_one();
        under_way.run(settings.warm_up);

        const hub_metrics before = hub.metrics();
        const double cpu_before = cpu_seconds();
        const auto begin = steady::now();
        figures.latencies_ms = under_way.run(settings.seconds);
        figures.seconds = seconds_since(begin);
        figures.cpu_seconds = cpu_seconds() - cpu_before;
        figures.used = difference(hub.metrics(), before);
        figures.completed = figures.latencies_ms.size();
        figures.rss_max_kib = rss_max_kib();
        under_way.drain();
    }
    std::filesystem::remove_all(settings.hub);
    std::sort(figures.latencies_ms.begin(), figures.latencies_ms.end());
    return figures;
}

} // namespace perdure::bench
