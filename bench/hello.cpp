// SPDX-License-Identifier: Apache-2.0
// How many orchestrations of N chained activities complete per second (HelloSequence of the
// Durable Functions and Netherite benchmarks)?
#include "bench/benchmarks.hpp"
#include "bench/loop.hpp"

#include <perdure/perdure.hpp>

namespace perdure::bench {
namespace {

inline constexpr activity<std::string(std::string)> say_hello{"say_hello"};
inline constexpr orchestration<std::vector<std::string>(int)> greet_cities{"greet_cities"};

task<std::vector<std::string>> greet(orchestration_context& ctx, int activities) {
    std::vector<std::string> greetings;
    for (int i = 0; i < activities; ++i)
        greetings.push_back(co_await ctx.call(say_hello, "Tokyo"));
    co_return greetings;
}

figures run(int activities, const plan& wanted) {
    registry functions;
    functions.add(say_hello, [](std::string city) { return "Hello " + city + "!"; });
    functions.add(greet_cities, greet);
    scratch_hub hub(wanted, functions);

    const std::vector<std::string> greetings(static_cast<std::size_t>(activities), "Hello Tokyo!");
    const std::string expected = nlohmann::json(greetings).dump();
    orchestration_loop load(
        wanted.in_flight,
        [&](std::uint64_t, start_options options) {
            hub->client().start_async(std::move(options), greet_cities, activities);
        },
        [&](std::uint64_t) { return expected; });
    figures found{{"activities_in_sequence", activities}};
    found.update(measure(*hub, load, wanted));
    found["activities_per_second"] = found["completed_per_second"].get<double>() * activities;
    return found;
}

runner prepare(arguments& given) {
    const auto activities = static_cast<int>(given.number("--activities", 3, 1, 100'000));
    return [activities](const plan& wanted) { return run(activities, wanted); };
}

} // namespace

const benchmark hello_benchmark{"hello",
                                "[--activities N]\n"
                                "    Orchestrations of N (3) activities in sequence.",
                                true, prepare};

} // namespace perdure::bench
