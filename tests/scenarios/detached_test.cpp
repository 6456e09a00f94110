// SPDX-License-Identifier: Apache-2.0
// Detached starts: an orchestration starts another one and does not wait for it.
#include "scenarios/every_step.hpp"
#include "scenarios/scene.hpp"

using namespace std::chrono_literals;

namespace {

using context = perdure::orchestration_context;

inline constexpr perdure::event<bool> go{"go"};
inline constexpr perdure::orchestration<std::string(std::string)> launch{"launch"};
inline constexpr perdure::orchestration<int(int)> rocket{"rocket"};

struct tally {
    int sum = 0;
    void add(int n) { sum += n; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(tally, sum)
};
inline constexpr perdure::entity tallies{"tally", perdure::op("add", &tally::add)};

perdure::task<std::string> run_launch(context& ctx, std::string id) {
    co_return ctx.start({.instance = id}, rocket, 5);
}

perdure::task<std::string> launch_later(context& ctx, std::string id) {
    co_return ctx.start({.instance = id, .start_at = ctx.now() + 1h}, rocket, 5);
}

perdure::task<int> run_rocket(context& ctx, int n) {
    co_await ctx.call(tallies["flown"], &tally::add, n);
    if (n == 7)
        co_await ctx.wait_for(go);
    co_return 2 * n;
}

template <class F>
perdure::registry functions(F starter) {
    perdure::registry all;
    all.add(launch, starter).add(rocket, run_rocket).add(tallies);
    return all;
}

} // namespace

TEST_CASE("an orchestration that was started and not waited for outlives its starter") {
    perdure::testing::machine machine(functions(run_launch));
    const auto id = machine.client().wait(launch, machine.client().start(launch, ""), 1h);

    CHECK(machine.client().wait(rocket, id, 1h) == 10);
    CHECK(machine.client().status(id)->parent.empty());
}

TEST_CASE("a detached start happens exactly once, wherever the power goes") {
    scenes::story told;
    told.begin = [](auto& machine) {
        machine.client().start_async(scenes::once("starter"), launch, "r");
    };
    told.end = [](auto& machine) {
        machine.client().wait(launch, "starter", 1h);
        machine.run_until_idle();
        REQUIRE(machine.client().wait(rocket, "r", 1h) == 10);
        REQUIRE(machine.client().read(tallies["flown"])->sum == 5);
    };

    CHECK(scenes::crash_at_every_step(functions(run_launch), told) > 30);
}

TEST_CASE("a detached start under a taken id starts nothing and leaves both alone") {
    std::string logged;
    perdure::testing::machine_options options;
    options.hub.log = [&](std::string_view line) { logged += line; };
    perdure::testing::machine machine(functions(run_launch), options);
    machine.client().start({.instance = "r"}, rocket, 7);
    machine.run_until_idle();

    CHECK(machine.client().wait(launch, machine.client().start(launch, "r"), 1h) == "r");
    machine.run_until_idle();
    CHECK(scenes::has(logged, "instance id 'r', under which "));
    machine.client().raise("r", go, true);
    CHECK(machine.client().wait(rocket, "r", 1h) == 14);
}

TEST_CASE("a detached start may be for later") {
    perdure::testing::machine machine(functions(launch_later));
    machine.client().wait(launch, machine.client().start(launch, "r"), 1min);
    machine.advance(59min);
    CHECK(machine.client().status("r")->status == perdure::runtime_status::pending);

    machine.advance(1min);

    CHECK(machine.client().status("r")->status == perdure::runtime_status::completed);
}
