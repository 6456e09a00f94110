// SPDX-License-Identifier: Apache-2.0
// How late do timers fire, when many of them are due at the same instant?
#include "bench/benchmarks.hpp"
#include "bench/loop.hpp"

#include <perdure/perdure.hpp>

#include <algorithm>

namespace perdure::bench {
namespace {

using std::chrono::milliseconds;

inline constexpr orchestration<std::int64_t(std::int64_t)> sleep_till{"sleep_till"};

/// Gives how late it was woken, on the hub's clock.
task<std::int64_t> sleeper(orchestration_context& ctx, std::int64_t due) {
    co_await ctx.sleep_until(timestamp(milliseconds(due)));
    co_return (ctx.now().time_since_epoch() - milliseconds(due)).count();
}

struct settings {
    std::uint64_t sleepers;
    double lead; ///< Seconds between the first start and the instant all are due.
    bool is_dormant;
};

/// What the sleepers tell, from the hub's threads.
struct awakenings {
    std::mutex mutex;
    std::condition_variable arrived;
    latencies told;
    std::int64_t fired_last_ms = 0;
    std::string wrong;

    void add(const instance_status& seen, std::chrono::nanoseconds lag) {
        const std::scoped_lock lock(mutex);
        told.add(lag);
        if (seen.status != runtime_status::completed)
            wrong = "sleeper " + seen.instance + " is " + to_string(seen.status);
        else if (const auto late = codec<std::int64_t>::decode(seen.output); late < 0)
            wrong = "sleeper " + seen.instance + " woke " + std::to_string(-late) + " ms early";
        else
            fired_last_ms = std::max(fired_last_ms, late);
        arrived.notify_one();
    }
};

void start_sleepers(task_hub& hub, const settings& chosen, timestamp due,
                    const std::shared_ptr<awakenings>& woken) {
    std::vector<std::future<std::string>> started;
    for (std::uint64_t i = 0; i < chosen.sleepers; ++i) {
        start_options options;
        options.on_finished = [woken, due](const instance_status& seen) {
            woken->add(seen, std::chrono::system_clock::now() - due);
        };
        started.push_back(hub.client().start_async(std::move(options), sleep_till,
                                                   due.time_since_epoch().count()));
    }
    for (auto& each : started)
        each.get();
    if (std::chrono::system_clock::now() >= due)
        throw std::runtime_error("not all sleepers were asleep in time; give them a longer --lead");
}

figures run(const settings& chosen, const plan& wanted) {
    registry functions;
    functions.add(sleep_till, sleeper);
    hub_options options;
    options.live_max = chosen.is_dormant ? 0 : chosen.sleepers;
    scratch_hub hub(wanted, functions, options);

    const auto now = std::chrono::system_clock::now();
    const auto lead = milliseconds(static_cast<std::int64_t>(chosen.lead * 1000));
    const auto due = std::chrono::floor<milliseconds>(now + lead);
    const auto woken = std::make_shared<awakenings>();
    start_sleepers(*hub, chosen, due, woken);
    const meter spent(*hub, wanted);
    std::unique_lock lock(woken->mutex);
    const bool are_all = woken->arrived.wait_for(
        lock, lead + patience, [&] { return woken->told.count() == chosen.sleepers; });
    require(are_all, "not all sleepers have woken");
    require(woken->wrong.empty(), woken->wrong);

    figures found{{"sleepers", chosen.sleepers}, {"dormant", chosen.is_dormant}};
    found.update(spent.read(chosen.sleepers));
    found["seconds"] = woken->told.max_ms() / 1000; // since they were due
    found["completed_per_second"] =
        static_cast<double>(chosen.sleepers) / found["seconds"].get<double>();
    add_latencies(found, woken->told, wanted);
    found["fired_last_ms"] = woken->fired_last_ms;
    return found;
}

runner prepare(arguments& given) {
    settings chosen{};
    chosen.sleepers = given.number("--sleepers", 10'000, 1, 10'000'000);
    const double lead = 1 + static_cast<double>(chosen.sleepers) / 4000;
    chosen.lead = given.seconds("--lead", lead, 0.1);
    chosen.is_dormant = given.flag("--dormant");
    return [chosen](const plan& wanted) { return run(chosen, wanted); };
}

} // namespace

const benchmark timers_benchmark{
    "timers",
    "[--sleepers N] [--lead S] [--dormant]\n"
    "    N (10000) orchestrations sleep until the same instant. Latencies are from that instant "
    "to\n"
    "    when their end is on disk and told; fired_last_ms is when the last one was woken. They\n"
    "    start within S seconds before it, and stay in memory unless --dormant is given.",
    false, prepare};

} // namespace perdure::bench
