// SPDX-License-Identifier: Apache-2.0
#include "bench/measure.hpp"

#include "bench/process.hpp"

#include <stdexcept>

namespace perdure::bench {

double seconds_since(steady::time_point begin) {
    return std::chrono::duration<double>(steady::now() - begin).count();
}

double milliseconds_since(steady::time_point begin) {
    return seconds_since(begin) * 1000;
}

void require(bool is_right, const std::string& wrong) {
    if (!is_right)
        throw std::runtime_error("wrong result: " + wrong);
}

scratch_directory::~scratch_directory() {
    std::error_code failed;
    std::filesystem::remove_all(path_, failed);
}

scratch_hub::scratch_hub(const plan& wanted, registry functions, hub_options options)
    : directory_(wanted.hub), functions_(std::move(functions)), options_(std::move(options)) {
    options_.name = "Bench";
    options_.durable = wanted.durable;
    reopen();
}

void scratch_hub::reopen() {
    hub_.reset();
    const auto begin = steady::now();
    hub_ = std::make_unique<task_hub>(task_hub::open(directory_.path(), functions_, options_));
    open_ms_ = milliseconds_since(begin);
}

meter::meter(task_hub& hub, const plan& wanted)
    : hub_(&hub), is_syncing_(wanted.durable != durability::process), before_(hub.metrics()),
      cpu_before_(cpu_seconds()), begin_(steady::now()) {
    reset_rss_max();
}

figures meter::read(std::uint64_t completed) const {
    const double took = seconds();
    const double cpu = cpu_seconds() - cpu_before_;
    const hub_metrics now = hub_->metrics();
    const auto many = static_cast<double>(completed);
    const auto each = [&](std::uint64_t later, std::uint64_t earlier) {
        return completed == 0 ? 0.0 : static_cast<double>(later - earlier) / many;
    };
    return {
        {"seconds", took},
        {"completed", completed},
        {"completed_per_second", many / took},
        {"cpu_seconds_per_1000", completed == 0 ? 0.0 : cpu / many * 1000},
        {"rss_kib", rss_kib()},
        {"rss_max_kib", rss_max_kib()},
        {"commits_per_completion", each(now.commits, before_.commits)},
        {"puts_per_completion", each(now.puts, before_.puts)},
        {"bytes_per_completion", each(now.bytes, before_.bytes)},
        {"groups_per_completion", each(now.groups, before_.groups)},
        {"fsyncs_per_completion", is_syncing_ ? each(now.groups, before_.groups) : 0.0},
        {"evaluations_per_completion", each(now.evaluations, before_.evaluations)},
        {"replays", now.replays - before_.replays},
        {"activities", now.activities - before_.activities},
    };
}

void add_latencies(figures& into, const latencies& seen, const plan& wanted) {
    into["latency_p50_ms"] = seen.percentile_ms(0.50);
    into["latency_p95_ms"] = seen.percentile_ms(0.95);
    into["latency_p99_ms"] = seen.percentile_ms(0.99);
    into["latency_max_ms"] = seen.max_ms();
    if (wanted.with_histogram)
        into["latency_histogram"] = seen.buckets();
}

} // namespace perdure::bench
