// SPDX-License-Identifier: Apache-2.0
// How much memory does an instance cost that waits: live, and dormant?
#include "bench/allocator.hpp"
#include "bench/benchmarks.hpp"
#include "bench/loop.hpp"
#include "bench/process.hpp"
#include "engine/hub.hpp"

#include <perdure/perdure.hpp>

#include <thread>

namespace perdure::bench {
namespace {

inline constexpr event<int> wake_up{"WakeUp"};
inline constexpr orchestration<int()> wait_long{"wait_long"};

task<int> wait_for_it(orchestration_context& ctx) {
    co_return co_await ctx.wait_for(wake_up);
}

std::string name_of(std::uint64_t number) {
    return "waiting-" + std::to_string(number);
}

/// A hub whose inside can be reached.
struct opened_hub {
    opened_hub(const plan& wanted, const registry& functions, std::uint64_t live_max)
        : opened_hub(engine::hub::open(wanted.hub, functions, options(wanted, live_max))) {}

    engine::hub* inside;
    task_hub hub;

  private:
    explicit opened_hub(std::unique_ptr<engine::hub> made)
        : inside(made.get()), hub(std::move(made)) {}
    static hub_options options(const plan& wanted, std::uint64_t live_max) {
        hub_options chosen;
        chosen.name = "Bench";
        chosen.durable = wanted.durable;
        chosen.live_max = live_max;
        chosen.idle_max = std::chrono::hours(24);
        return chosen;
    }
};

struct memory {
    double allocated;
    double resident;

    static memory now() {
        return_free_memory();
        return {static_cast<double>(allocated_bytes()), static_cast<double>(rss_kib()) * 1024};
    }
};

void start_waiting(task_hub& hub, std::uint64_t instances) {
    future_loop<std::string> load(1000, [&](std::uint64_t i) {
        start_options options;
        options.instance = name_of(i);
        return hub.client().start_async(std::move(options), wait_long);
    });
    load.complete(instances);
}

/// Sends all away, which writes nothing: what is free then is what they took.
void make_dormant(opened_hub& opened, std::uint64_t instances) {
    for (std::uint64_t i = 0; i < instances; ++i)
        opened.inside->services().routes->send(name_of(i), actors::rest_mail{});
    const auto begin = steady::now();
    while (opened.hub.metrics().live_orchestrations != 0) {
        if (std::chrono::seconds(static_cast<long>(seconds_since(begin))) > patience)
            throw std::runtime_error("not all instances went dormant");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

figures run(std::uint64_t instances, const plan& wanted) {
    const scratch_directory cleared(wanted.hub);
    registry functions;
    functions.add(wait_long, wait_for_it);
    { const opened_hub first(wanted, functions, instances + 1000); } // makes the database
    memory empty{}, live{}, left{}, dormant{};
    {
        opened_hub opened(wanted, functions, instances + 1000);
        empty = memory::now();
        start_waiting(opened.hub, instances);
        const auto here = opened.hub.metrics().live_orchestrations;
        require(here == instances, std::to_string(here) + " instances are live");
        // What the database is still writing out would count as theirs, and nobody can ask it.
        std::this_thread::sleep_for(std::chrono::seconds(3));
        live = memory::now();
        make_dormant(opened, instances);
        left = memory::now();
    }
    opened_hub opened(wanted, functions, instances + 1000);
    dormant = memory::now();
    const std::string last = name_of(instances - 1);
    opened.hub.client().raise(last, wake_up, 5);
    require(opened.hub.client().wait(wait_long, last, patience) == 5, last + " gave another value");

    const auto many = static_cast<double>(instances);
    return {
        {"instances", instances},
        {"live_bytes_each", (live.allocated - left.allocated) / many},
        {"live_resident_bytes_each", (live.resident - empty.resident) / many},
        {"dormant_bytes_each", (dormant.allocated - empty.allocated) / many},
        {"dormant_resident_bytes_each", (dormant.resident - empty.resident) / many},
        {"rss_kib", rss_kib()},
        {"rss_max_kib", rss_max_kib()},
    };
}

runner prepare(arguments& given) {
    const auto instances = given.number("--instances", 100'000, 1, 100'000'000);
    return [instances](const plan& wanted) { return run(instances, wanted); };
}

} // namespace

const benchmark idle_benchmark{
    "idle",
    "[--instances N]\n"
    "    Memory of each of N (100000) orchestrations that wait for an event: what is freed when\n"
    "    they go dormant (live_bytes_each, coroutine frame included), and what a hub that is\n"
    "    opened with them takes more than an empty one (dormant_bytes_each).",
    false, prepare};

} // namespace perdure::bench
