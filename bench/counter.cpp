// SPDX-License-Identifier: Apache-2.0
// How fast do entities apply operations: signals of a client, or calls of orchestrations?
#include "bench/benchmarks.hpp"
#include "bench/loop.hpp"

#include <perdure/perdure.hpp>

namespace perdure::bench {
namespace {

struct tally {
    std::int64_t value = 0;

    void add(std::int64_t n) { value += n; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(tally, value)
};
inline constexpr entity tallies{"tally", op("add", &tally::add)};

inline constexpr orchestration<int(std::uint64_t, std::uint64_t, int)> count_up{"count_up"};

/// Calls one entity after the other, beginning with the `first`.
task<int> count(orchestration_context& ctx, std::uint64_t first, std::uint64_t entities,
                int calls) {
    for (int i = 0; i < calls; ++i) {
        const auto key = std::to_string((first + static_cast<std::uint64_t>(i)) % entities);
        co_await ctx.call(tallies[key], &tally::add, 1);
    }
    co_return calls;
}

struct settings {
    bool is_call;
    std::uint64_t entities;
    int calls; ///< Of each orchestration.
};

/// The sum over all entities, once it can't grow any more.
std::uint64_t total(task_hub& hub, std::uint64_t entities) {
    std::int64_t sum = 0;
    for (std::uint64_t i = 0; i < entities; ++i)
        if (const auto seen = hub.client().read(tallies[std::to_string(i)]))
            sum += seen->value;
    return static_cast<std::uint64_t>(sum);
}

figures measure_signals(task_hub& hub, const settings& chosen, const plan& wanted,
                        std::uint64_t& applied) {
    future_loop<void> load(wanted.in_flight, [&](std::uint64_t number) {
        return hub.client().signal_async(tallies[std::to_string(number % chosen.entities)],
                                         &tally::add, 1);
    });
    figures found = measure(hub, load, wanted);
    found["operations_per_second"] = found["completed_per_second"];
    applied = load.begun();
    return found;
}

figures measure_calls(task_hub& hub, const settings& chosen, const plan& wanted,
                      std::uint64_t& applied) {
    const auto calls = static_cast<std::uint64_t>(chosen.calls);
    orchestration_loop load(
        wanted.in_flight,
        [&](std::uint64_t number, start_options options) {
            hub.client().start_async(std::move(options), count_up, number * calls, chosen.entities,
                                     chosen.calls);
        },
        [&](std::uint64_t) { return std::to_string(chosen.calls); });
    figures found = measure(hub, load, wanted);
    found["operations_per_second"] = found["completed_per_second"].get<double>() * chosen.calls;
    applied = load.begun() * calls;
    return found;
}

figures run(const settings& chosen, const plan& wanted) {
    registry functions;
    functions.add(tallies).add(count_up, count);
    scratch_hub hub(wanted, functions);

    std::uint64_t applied = 0;
    figures found{{"operation", chosen.is_call ? "call" : "signal"}, {"entities", chosen.entities}};
    if (chosen.is_call)
        found["calls_per_orchestration"] = chosen.calls;
    found.update(chosen.is_call ? measure_calls(*hub, chosen, wanted, applied)
                                : measure_signals(*hub, chosen, wanted, applied));
    const std::uint64_t sum = total(*hub, chosen.entities);
    require(sum == applied, "the entities hold " + std::to_string(sum) + " of " +
                                std::to_string(applied) + " operations");
    return found;
}

runner prepare(arguments& given) {
    settings chosen{};
    chosen.is_call = given.choice("--operation", {"signal", "call"}) == "call";
    chosen.entities = given.number("--entities", 1, 1, 1'000'000);
    const auto calls = given.number("--calls", 0, 1, 100'000);
    if (calls != 0 && !chosen.is_call)
        throw wrong_usage("--calls belongs to --operation call");
    chosen.calls = calls == 0 ? 10 : static_cast<int>(calls);
    return [chosen](const plan& wanted) { return run(chosen, wanted); };
}

} // namespace

const benchmark counter_benchmark{
    "counter",
    "[--operation signal|call] [--entities N] [--calls N]\n"
    "    Operations on N (1) entities in turn: signals of a client, or calls of orchestrations,\n"
    "    each of which makes some (10) in sequence.",
    true, prepare};

} // namespace perdure::bench
