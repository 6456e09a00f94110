// SPDX-License-Identifier: Apache-2.0
// How often is the code of an orchestration run for N activities in sequence? An engine that
// replays at every step runs through it N(N+1)/2 times.
#include "bench/benchmarks.hpp"
#include "bench/measure.hpp"

#include <perdure/perdure.hpp>

#include <atomic>

namespace perdure::bench {
namespace {

inline constexpr activity<int(int)> next{"next"};
inline constexpr orchestration<int(int)> chain{"chain"};

/// How often the code between two awaits was run, replays included.
std::atomic<std::uint64_t> passages{0};

task<int> run_chain(orchestration_context& ctx, int activities) {
    int value = 0;
    for (int i = 0; i < activities; ++i) {
        ++passages;
        value = co_await ctx.call(next, value);
    }
    co_return value;
}

figures run(int activities, const plan& wanted) {
    registry functions;
    functions.add(next, [](int n) { return n + 1; }).add(chain, run_chain);
    scratch_hub hub(wanted, functions);
    passages = 0;

    const meter spent(*hub, wanted);
    const auto id = hub->client().start(chain, activities);
    const int value = hub->client().wait(chain, id, std::chrono::minutes(5));
    require(value == activities, "the chain ended with " + std::to_string(value));
    figures found{{"activities_in_sequence", activities}};
    found.update(spent.read(1));
    found["calls_reached"] = passages.load();
    const auto n = static_cast<std::uint64_t>(activities);
    found["calls_reached_by_replaying_every_step"] = n * (n + 1) / 2;
    return found;
}

runner prepare(arguments& given) {
    const auto activities = static_cast<int>(given.number("--activities", 20, 1, 100'000));
    return [activities](const plan& wanted) { return run(activities, wanted); };
}

} // namespace

const benchmark replay_benchmark{
    "replay",
    "[--activities N]\n"
    "    How often one orchestration of N (20) activities in sequence reaches a call, beside the\n"
    "    N(N+1)/2 times of an engine that replays the history at every step.",
    false, prepare};

} // namespace perdure::bench
