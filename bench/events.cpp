// SPDX-License-Identifier: Apache-2.0
// How fast do external events arrive at orchestrations that wait for them one by one?
#include "bench/benchmarks.hpp"
#include "bench/loop.hpp"

#include <perdure/perdure.hpp>

namespace perdure::bench {
namespace {

inline constexpr event<int> number_given{"Number"};
inline constexpr orchestration<int(int)> add_given{"add_given"};

task<int> add_events(orchestration_context& ctx, int events) {
    int sum = 0;
    for (int i = 0; i < events; ++i)
        sum += co_await ctx.wait_for(number_given);
    co_return sum;
}

figures run(int events, const plan& wanted) {
    registry functions;
    functions.add(add_given, add_events);
    scratch_hub hub(wanted, functions);

    const std::string expected = std::to_string(events * (events - 1) / 2);
    orchestration_loop load(
        wanted.in_flight,
        [&](std::uint64_t number, start_options options) {
            const std::string id = "sum-" + std::to_string(number);
            options.instance = id;
            hub->client().start_async(std::move(options), add_given, events);
            // They find it started: mail of one sender keeps its order. A lost one would show as
            // an orchestration that never ends.
            for (int i = 0; i < events; ++i)
                hub->client().raise_async(id, number_given, i);
        },
        [&](std::uint64_t) { return expected; });
    figures found{{"events", events}};
    found.update(measure(*hub, load, wanted));
    found["events_per_second"] = found["completed_per_second"].get<double>() * events;
    return found;
}

runner prepare(arguments& given) {
    const auto events = static_cast<int>(given.number("--events", 10, 1, 10'000));
    return [events](const plan& wanted) { return run(events, wanted); };
}

} // namespace

const benchmark events_benchmark{
    "events",
    "[--events N]\n"
    "    Orchestrations that wait for N (10) events, which a client raises, and add them up.",
    true, prepare};

} // namespace perdure::bench
