// SPDX-License-Identifier: Apache-2.0
// Children that nobody waits for any more end, and so do theirs.
#include "scenarios/every_step.hpp"

#include <perdure/perdure.hpp>
#include <perdure/testing/machine.hpp>

using namespace perdure;
using namespace std::chrono_literals;

namespace {

inline constexpr event<int> go{"go"};
inline constexpr orchestration<int(int)> parent{"parent"};
inline constexpr orchestration<int(int)> child{"child"};
inline constexpr orchestration<int()> grandchild{"grandchild"};
inline constexpr orchestration<int(int)> stubborn{"stubborn"};

task<int> sleep_long(orchestration_context& ctx) {
    co_await ctx.sleep_for(24h);
    co_return 1;
}

/// Waits for a child of its own for a day.
task<int> run_child(orchestration_context& ctx, int n) {
    const std::string id = ctx.instance() + ".child";
    co_return n + co_await ctx.call_as(id, grandchild);
}

task<int> lose(orchestration_context& ctx, int n) {
    std::vector<durable<int>> racing;
    racing.push_back(ctx.call_as("loser", child, n));
    racing.push_back(ctx.wait_for(go));
    const auto winner = co_await when_any(std::move(racing));
    co_await ctx.sleep_for(1h);
    co_return winner.value;
}

task<int> leave_behind(orchestration_context& ctx, int n) {
    auto unused = ctx.call_as("loser", child, n);
    co_return co_await ctx.wait_for(go);
}

task<int> time_out(orchestration_context& ctx, int n) {
    const call_options options{.timeout = 10min};
    try {
        co_return co_await ctx.call(options, child, n);
    } catch (const task_failed& failed) {
        co_return failed.details().is_timeout() ? -1 : -2;
    }
}

registry program(task<int> (*body)(orchestration_context&, int)) {
    registry all;
    all.add(parent, body).add(child, run_child).add(grandchild, sleep_long);
    return all;
}

template <class Machine>
runtime_status status_of(Machine& machine, const std::string& instance) {
    const auto seen = machine.client().status(instance);
    return seen ? seen->status : runtime_status::pending;
}

template <class Machine>
int count(Machine& machine, const std::string& instance, std::string_view kind) {
    int found = 0;
    for (const auto& each : machine.client().history(instance))
        found += each.kind == kind ? 1 : 0;
    return found;
}

} // namespace

TEST_CASE("a child that loses a race is terminated, with its own children") {
    testing::machine machine(program(lose));
    machine.client().start({"p"}, parent, 1);
    machine.run_until_idle();
    REQUIRE(status_of(machine, "loser.child") == runtime_status::running);

    machine.client().raise("p", go, 7);
    machine.run_until_idle();

    CHECK(status_of(machine, "loser") == runtime_status::terminated);
    CHECK(status_of(machine, "loser.child") == runtime_status::terminated);
    CHECK(machine.client().wait(parent, "p", 2h) == 7);
    CHECK(count(machine, "p", "SubOrchestrationInstanceCanceled") == 1);
    CHECK(count(machine, "p", "SubOrchestrationInstanceFailed") == 0); // its answer was dropped
}

TEST_CASE("an orchestration that returns ends the child that it left behind, and does not wait") {
    testing::machine machine(program(leave_behind));
    machine.client().start({"p"}, parent, 1);
    machine.run_until_idle();
    machine.client().raise("p", go, 7);

    CHECK(machine.client().wait(parent, "p", 1s) == 7);

    machine.run_until_idle();
    CHECK(status_of(machine, "loser") == runtime_status::terminated);
    CHECK(status_of(machine, "loser.child") == runtime_status::terminated);
}

TEST_CASE("a child that takes too long is terminated") {
    testing::machine machine(program(time_out));
    const auto id = machine.client().start({"p"}, parent, 1);

    CHECK(machine.client().wait(parent, id, 11min) == -1);

    machine.run_until_idle();
    std::string late;
    for (const auto& each : machine.client().history(id))
        if (each.kind == "SubOrchestrationInstanceCreated")
            late = each.target;
    CHECK(status_of(machine, late) == runtime_status::terminated);
    CHECK(status_of(machine, late + ".child") == runtime_status::terminated);
}

TEST_CASE("a crash at any step of giving a child up leaves it terminated, once") {
    scenes::story told;
    told.before = [](auto& machine) {
        machine.client().start({"p"}, parent, 1);
        machine.run_until_idle();
    };
    told.begin = [](auto& machine) { machine.client().raise_async("p", go, 7, {.key = "once"}); };
    told.end = [](auto& machine) { CHECK(machine.client().wait(parent, "p", 2h) == 7); };
    told.at_rest = [](auto& machine) {
        CHECK(status_of(machine, "loser") == runtime_status::terminated);
        CHECK(status_of(machine, "loser.child") == runtime_status::terminated);
        CHECK(count(machine, "loser", "ExecutionTerminated") == 1);
    };

    CHECK(scenes::crash_at_every_step(program(lose), told) > 30);
}

TEST_CASE("a child that is given up in the step that asked for it ends at once") {
    registry all = program([](orchestration_context& ctx, int n) -> task<int> {
        auto unused = ctx.call_as("loser", child, n);
        co_return n;
    });
    testing::machine machine(std::move(all));
    machine.client().start({"p"}, parent, 1);
    machine.run_until_idle();

    CHECK(machine.client().wait(parent, "p", 1s) == 1);
    CHECK(status_of(machine, "loser") == runtime_status::terminated);
}

TEST_CASE("an instance that has the id of a child that was given up, and is none, goes on") {
    testing::machine machine(program([](orchestration_context& ctx, int n) -> task<int> {
        { auto unused = ctx.call_as("taken", child, n); }
        co_return co_await ctx.wait_for(go);
    }));
    machine.client().start({"taken"}, child, 5);
    machine.run_until_idle();

    machine.client().start({"p"}, parent, 1);
    machine.run_until_idle();

    CHECK(count(machine, "p", "SubOrchestrationInstanceCanceled") == 1);
    CHECK(status_of(machine, "taken") == runtime_status::running);
}

TEST_CASE("a child that fails is tried again under another id") {
    registry all;
    all.add(parent, [](orchestration_context& ctx, int n) -> task<int> {
        const call_options options{.retry =
                                       retry_policy{.first_interval = 1min, .max_attempts = 3}};
        co_return co_await ctx.call(options, stubborn, n);
    });
    all.add(stubborn, [](orchestration_context& ctx, int n) -> task<int> {
        if (ctx.instance().ends_with(":0"))
            throw std::runtime_error("not yet");
        co_return n;
    });
    testing::machine machine(std::move(all));
    machine.client().start({"p"}, parent, 5);

    CHECK(machine.client().wait(parent, "p", 2min) == 5);
    CHECK(count(machine, "p", "SubOrchestrationInstanceCreated") == 2);
    CHECK(count(machine, "p", "SubOrchestrationInstanceFailed") == 1);
}
