// SPDX-License-Identifier: Apache-2.0
// How fast can a client start orchestrations? A start counts when it is acknowledged: on disk.
#include "bench/benchmarks.hpp"
#include "bench/loop.hpp"

#include <perdure/perdure.hpp>

namespace perdure::bench {
namespace {

inline constexpr orchestration<int(int)> give_back{"give_back"};

task<int> identity(orchestration_context&, int value) {
    co_return value;
}

std::string name_of(std::uint64_t number) {
    return "started-" + std::to_string(number);
}

figures run(const plan& wanted) {
    registry functions;
    functions.add(give_back, identity);
    scratch_hub hub(wanted, functions);

    future_loop<std::string> load(wanted.in_flight, [&](std::uint64_t number) {
        start_options options;
        options.instance = name_of(number);
        return hub->client().start_async(std::move(options), give_back, static_cast<int>(number));
    });
    figures found = measure(*hub, load, wanted);
    for (std::uint64_t i = 0; i < load.begun(); ++i)
        require(hub->client().wait(give_back, name_of(i), patience) == static_cast<int>(i),
                name_of(i) + " did not give its input back");
    return found;
}

runner prepare(arguments&) {
    return [](const plan& wanted) { return run(wanted); };
}

} // namespace

const benchmark start_benchmark{
    "start",
    "\n"
    "    Starts of orchestrations that end at once, by one client, until they are acknowledged.",
    true, prepare};

} // namespace perdure::bench
