// SPDX-License-Identifier: Apache-2.0
// How fast is a fan-out: one orchestration, N activities at once, and their sum?
#include "bench/benchmarks.hpp"
#include "bench/loop.hpp"

#include <perdure/perdure.hpp>

namespace perdure::bench {
namespace {

inline constexpr activity<int(int)> double_it{"double_it"};
inline constexpr orchestration<int(int)> add_up{"add_up"};

task<int> fan_out(orchestration_context& ctx, int width) {
    std::vector<durable<int>> parts;
    for (int i = 0; i < width; ++i)
        parts.push_back(ctx.call(double_it, i));
    int sum = 0;
    for (int each : co_await when_all(std::move(parts)))
        sum += each;
    co_return sum;
}

figures run(int width, const plan& wanted) {
    registry functions;
    functions.add(double_it, [](int n) { return 2 * n; }).add(add_up, fan_out);
    scratch_hub hub(wanted, functions);

    const std::string expected = std::to_string(width * (width - 1));
    orchestration_loop load(
        wanted.in_flight,
        [&](std::uint64_t, start_options options) {
            hub->client().start_async(std::move(options), add_up, width);
        },
        [&](std::uint64_t) { return expected; });
    figures found{{"width", width}};
    found.update(measure(*hub, load, wanted));
    found["activities_per_second"] = found["completed_per_second"].get<double>() * width;
    return found;
}

runner prepare(arguments& given) {
    const auto width = static_cast<int>(given.number("--width", 100, 1, 40'000));
    return [width](const plan& wanted) { return run(width, wanted); };
}

} // namespace

const benchmark fan_benchmark{
    "fan",
    "[--width N]\n"
    "    Orchestrations that call N (100) activities at once and add up their results.",
    true, prepare};

} // namespace perdure::bench
