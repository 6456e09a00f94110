// SPDX-License-Identifier: Apache-2.0
// How soon do orchestrations go on after their process was killed half-way, also beside many that
// have ended and many that sleep?
#include "bench/benchmarks.hpp"
#include "bench/loop.hpp"
#include "bench/process.hpp"

#include <perdure/perdure.hpp>

#include <unistd.h>

#include <atomic>
#include <iostream>

namespace perdure::bench {
namespace {

inline constexpr activity<int(int)> first_half{"first_half"};
inline constexpr activity<int(int)> second_half{"second_half"};
inline constexpr orchestration<int(int)> go_on{"go_on"};
inline constexpr orchestration<int()> end_at_once{"end_at_once"};
inline constexpr orchestration<int()> sleep_long{"sleep_long"};

task<int> run_halves(orchestration_context& ctx, int activities) {
    int sum = 0;
    for (int i = 0; i < activities; ++i) {
        if (2 * i < activities)
            sum += co_await ctx.call(first_half, i);
        else
            sum += co_await ctx.call(second_half, i);
    }
    co_return sum;
}

task<int> nothing(orchestration_context&) {
    co_return 0;
}

task<int> hibernate(orchestration_context& ctx) {
    co_await ctx.sleep_for(std::chrono::hours(24 * 365));
    co_return 0;
}

struct settings {
    std::uint64_t instances, completed, sleeping;
    int activities;
    bool are_others_recent; ///< Since the last opening.
};

registry functions_with(std::function<int(int)> second) {
    registry functions;
    functions.add(first_half, [](int n) { return n; }).add(second_half, std::move(second));
    functions.add(go_on, run_halves).add(end_at_once, nothing).add(sleep_long, hibernate);
    return functions;
}

std::string name_of(std::uint64_t number) {
    return "half-way-" + std::to_string(number);
}

template <class Function>
void start_many(task_hub& hub, std::uint64_t count, const Function& function) {
    future_loop<std::string> load(
        1000, [&](std::uint64_t) { return hub.client().start_async({}, function); });
    load.complete(count);
}

/// The process that is killed: brings all instances half-way, says so, and waits for its end.
[[noreturn]] void be_the_victim(const settings& chosen, const plan& wanted) {
    std::atomic<std::uint64_t> half_way{0};
    scratch_hub hub(wanted, functions_with([&](int) -> int {
                        ++half_way;
                        half_way.notify_one();
                        throw interrupted(); // it has no outcome in this process
                    }));
    start_many(*hub, chosen.completed, end_at_once);
    start_many(*hub, chosen.sleeping, sleep_long);
    if (!chosen.are_others_recent)
        hub.reopen(); // what they were is in tables now, and not in the log
    for (std::uint64_t i = 0; i < chosen.instances; ++i) {
        start_options options;
        options.instance = name_of(i);
        hub->client().start_async(std::move(options), go_on, chosen.activities);
    }
    for (std::uint64_t seen = 0; seen < chosen.instances; seen = half_way.load())
        half_way.wait(seen);
    std::cout << "half-way" << std::endl;
    for (;;)
        ::pause();
}

void kill_half_way(const settings& chosen, const plan& wanted) {
    std::vector<std::string> options{"recover",      "--victim",
                                     "--instances",  std::to_string(chosen.instances),
                                     "--activities", std::to_string(chosen.activities),
                                     "--completed",  std::to_string(chosen.completed),
                                     "--sleeping",   std::to_string(chosen.sleeping),
                                     "--durability", std::string(to_string(wanted.durable)),
                                     "--hub",        wanted.hub.string()};
    if (chosen.are_others_recent)
        options.emplace_back("--recent");
    child victim(own_program(), options);
    if (victim.read_line() != "half-way")
        throw std::runtime_error("the process to be killed has ended by itself, with " +
                                 std::to_string(victim.wait().code));
    victim.kill();
    victim.wait();
}

figures run(const settings& chosen, const plan& wanted) {
    const scratch_directory cleared(wanted.hub);
    kill_half_way(chosen, wanted);

    std::atomic<std::int64_t> first{0};
    const auto begin = steady::now();
    scratch_hub hub(wanted, functions_with([&](int n) {
                        std::int64_t none = 0;
                        first.compare_exchange_strong(none, (steady::now() - begin).count());
                        return n;
                    }));
    const meter spent(*hub, wanted);
    const int expected = chosen.activities * (chosen.activities - 1) / 2;
    for (std::uint64_t i = 0; i < chosen.instances; ++i)
        require(hub->client().wait(go_on, name_of(i), patience) == expected,
                name_of(i) + " did not end as if nothing had happened");
    const double done_ms = milliseconds_since(begin);

    figures found{{"instances", chosen.instances},
                  {"activities_in_sequence", chosen.activities},
                  {"completed_beside", chosen.completed},
                  {"sleeping_beside", chosen.sleeping},
                  {"open_ms", hub.open_ms()},
                  {"first_progress_ms", static_cast<double>(first.load()) / 1e6},
                  {"all_done_ms", done_ms}};
    found.update(spent.read(chosen.instances));
    found["replays"] = hub->metrics().replays; // some were before the meter was there
    return found;
}

runner prepare(arguments& given) {
    settings chosen{};
    chosen.instances = given.number("--instances", 1000, 1, 1'000'000);
    chosen.activities = static_cast<int>(given.number("--activities", 4, 2, 10'000));
    chosen.completed = given.number("--completed", 0, 0, 100'000'000);
    chosen.sleeping = given.number("--sleeping", 0, 0, 100'000'000);
    chosen.are_others_recent = given.flag("--recent");
    if (given.flag("--victim"))
        return [chosen](const plan& wanted) -> figures { be_the_victim(chosen, wanted); };
    return [chosen](const plan& wanted) { return run(chosen, wanted); };
}

} // namespace

const benchmark recover_benchmark{
    "recover",
    "[--instances N] [--activities N] [--completed N] [--sleeping N] [--recent]\n"
    "    N (1000) orchestrations of 4 activities in sequence are half-way when their process is\n"
    "    killed. Another one opens the hub: when does the first activity run there, when are all\n"
    "    done? Both are counted from the call that opens it. Optionally beside others that have\n"
    "    completed or sleep for a year: since before the hub was opened or, if --recent, since it\n"
    "    was, so that some of them are still in the log.",
    false, prepare};

} // namespace perdure::bench
