// SPDX-License-Identifier: Apache-2.0
// How fast are sub-orchestrations: a tree of them, whose leaves are counted?
#include "bench/benchmarks.hpp"
#include "bench/loop.hpp"

#include <perdure/perdure.hpp>

namespace perdure::bench {
namespace {

inline constexpr orchestration<int(int, int)> count_leaves{"count_leaves"};

task<int> branch(orchestration_context& ctx, int depth, int width) {
    if (depth == 0)
        co_return 1;
    std::vector<durable<int>> branches;
    for (int i = 0; i < width; ++i)
        branches.push_back(ctx.call(count_leaves, depth - 1, width));
    int leaves = 0;
    for (int each : co_await when_all(std::move(branches)))
        leaves += each;
    co_return leaves;
}

figures run(int depth, int width, const plan& wanted) {
    registry functions;
    functions.add(count_leaves, branch);
    scratch_hub hub(wanted, functions);

    int leaves = 1;
    int orchestrations = 1;
    for (int i = 0; i < depth; ++i) {
        leaves *= width;
        orchestrations += leaves;
    }
    const std::string expected = std::to_string(leaves);
    orchestration_loop load(
        wanted.in_flight,
        [&](std::uint64_t, start_options options) {
            hub->client().start_async(std::move(options), count_leaves, depth, width);
        },
        [&](std::uint64_t) { return expected; });
    figures found{{"depth", depth}, {"width", width}, {"orchestrations_per_tree", orchestrations}};
    found.update(measure(*hub, load, wanted));
    found["orchestrations_per_second"] =
        found["completed_per_second"].get<double>() * orchestrations;
    return found;
}

runner prepare(arguments& given) {
    const auto depth = static_cast<int>(given.number("--depth", 2, 0, 8));
    const auto width = static_cast<int>(given.number("--width", 5, 1, 1000));
    double leaves = 1;
    for (int i = 0; i < depth; ++i)
        leaves *= width;
    if (leaves > 1'000'000)
        throw wrong_usage("--depth and --width make more than a million leaves");
    return [=](const plan& wanted) { return run(depth, width, wanted); };
}

} // namespace

const benchmark tree_benchmark{
    "tree",
    "[--depth D] [--width W]\n"
    "    Trees of sub-orchestrations, D (2) levels below the root, W (5) children each.",
    true, prepare};

} // namespace perdure::bench
