// SPDX-License-Identifier: Apache-2.0
// Scopes: pieces of an orchestration whose history goes when their results come.
#include "scenarios/every_step.hpp"
#include "scenarios/scene.hpp"

#include <perdure/testing/machine.hpp>

using namespace perdure;
using namespace std::chrono_literals;

namespace {

using context = orchestration_context;

inline constexpr activity<int(int)> add_one{"add_one"};
inline constexpr event<int> number{"number"};
inline constexpr event<bool> enough{"enough"};
inline constexpr orchestration<int(int)> months{"months"};
inline constexpr orchestration<int()> parallel{"parallel"};
inline constexpr orchestration<int()> patient{"patient"};
inline constexpr orchestration<int()> fragile{"fragile"};
inline constexpr orchestration<int(int)> child{"child"};

struct till {
    int coins = 0;
    void put(int n) { coins += n; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(till, coins)
};
inline constexpr entity tills{"till", op("put", &till::put)};

task<int> month(context& ctx, int sum) {
    sum = co_await ctx.call(add_one, sum);
    ctx.signal(tills["all"], &till::put, 1);
    co_return co_await ctx.call(child, sum);
}

task<int> run_months(context& ctx, int count) {
    int sum = 0;
    for (int i = 0; i < count; ++i)
        sum = co_await ctx.scope("month", month, sum);
    co_return sum;
}

task<int> hear_two(context& ctx, int factor) {
    const int first = co_await ctx.wait_for(number);
    co_return factor*(first + co_await ctx.wait_for(number));
}

task<int> run_parallel(context& ctx) {
    auto a = ctx.scope("a", hear_two, 1);
    auto b = ctx.scope("b", hear_two, 1);
    auto [first, second] = co_await when_all(std::move(a), std::move(b));
    co_return first + second + co_await ctx.wait_for(number);
}

/// Gives up a scope that has a timer, a child, a lock, and an event that it did not read.
task<int> run_patient(context& ctx) {
    const auto slow = [](context& inner) -> task<int> {
        auto ignored = inner.wait_for(number);
        auto left = inner.call(child, 5);
        auto section = co_await inner.lock(tills["held"]);
        co_await inner.sleep_for(1000h);
        co_return 0;
    };
    auto scope = ctx.scope("slow", slow);
    co_await ctx.wait_for(enough);
    scope.cancel();
    co_return co_await ctx.wait_for(number);
}

bool is_broken = false;

task<int> run_fragile(context& ctx) {
    const auto piece = [](context& inner) -> task<int> {
        const int heard = co_await inner.wait_for(number);
        co_return heard + co_await inner.call(add_one, heard);
    };
    const int before = co_await ctx.call(add_one, 0);
    co_return before + co_await ctx.scope("piece", piece);
}

task<int> run_child(context& ctx, int n) {
    co_return co_await ctx.call(add_one, n - 1);
}

registry functions() {
    registry all;
    all.add(add_one,
            [](int n) {
                if (is_broken && n > 0)
                    throw std::runtime_error("broken");
                return n + 1;
            })
        .add(months, run_months)
        .add(parallel, run_parallel)
        .add(patient, run_patient)
        .add(fragile, run_fragile)
        .add(child, run_child)
        .add(tills);
    return all;
}

testing::machine machine_with(registry all) {
    return testing::machine(std::move(all), {});
}

int coins(client& clients, const char* key) {
    const auto seen = clients.read(tills[key]);
    return seen ? seen->coins : 0;
}

} // namespace

TEST_CASE("what scopes did is gone from the history, and what it came to is not") {
    auto machine = machine_with(functions());
    machine.client().start({.instance = "m"}, months, 12);

    CHECK(machine.client().wait(months, "m", 1h) == 12);
    std::vector<std::string> kinds;
    for (const history_entry& each : machine.client().history("m")) {
        CHECK_FALSE(each.scope);
        if (each.kind != "OrchestratorStarted")
            kinds.push_back(each.kind);
    }
    CHECK(kinds.size() == 2 + 2 * 12);
    CHECK(kinds[1] == "ScopeEntered");
    CHECK(kinds[2] == "ScopeCompleted");
    CHECK(coins(machine.client(), "all") == 12);
}

TEST_CASE("while a scope runs its steps are in the history, and say whose they are") {
    auto machine = machine_with(functions());
    machine.client().start({.instance = "p"}, patient);
    machine.run_until_idle();

    std::string inside;
    std::string of_child; // which may end before or after the lock is granted
    for (const history_entry& each : machine.client().history("p"))
        if (each.scope && each.kind != "OrchestratorStarted") {
            CHECK(*each.scope == 0);
            (each.kind.starts_with("SubOrchestration") ? of_child : inside) += each.kind + " ";
        }
    CHECK(inside == "EntityLockRequested EntityLockGranted TimerCreated ");
    CHECK(of_child == "SubOrchestrationInstanceCreated SubOrchestrationInstanceCompleted ");
}

TEST_CASE("a year of scopes comes to the same, wherever the process dies") {
    scenes::story told;
    told.begin = [](auto& machine) { machine.client().start_async(scenes::once("m"), months, 3); };
    told.end = [](auto& machine) {
        REQUIRE(machine.client().status("m")->output == codec<int>::encode(3));
        REQUIRE(coins(machine.client(), "all") == 3);
    };
    CHECK(scenes::crash_at_every_step(functions(), told) > 60);
}

TEST_CASE("scopes beside each other share the events, wherever the process dies") {
    scenes::story told;
    told.before = [](auto& machine) { machine.client().start({.instance = "p"}, parallel); };
    told.begin = [](auto& machine) {
        for (int i = 0; i < 5; ++i)
            machine.client().raise_async("p", number, 1 << i, {.key = std::to_string(i)});
    };
    told.end = [](auto& machine) {
        REQUIRE(machine.client().status("p")->output == codec<int>::encode(31));
    };
    CHECK(scenes::crash_at_every_step(functions(), told) > 20);
}

TEST_CASE("a scope that is given up leaves nothing open, wherever the process dies") {
    scenes::story told;
    told.before = [](auto& machine) { machine.client().start({.instance = "p"}, patient); };
    told.begin = [](auto& machine) {
        machine.client().raise_async("p", number, 7, {.key = "only"});
        machine.client().raise_async("p", enough, true, {.key = "enough"});
    };
    told.end = [](auto& machine) {
        REQUIRE(machine.client().status("p")->output == codec<int>::encode(7));
    };
    told.at_rest = [](auto& machine) { REQUIRE(machine.client().locks().empty()); };
    CHECK(scenes::crash_at_every_step(functions(), told) > 20);
}

TEST_CASE("an orchestration that is terminated takes its scopes with it") {
    auto machine = machine_with(functions());
    machine.client().start({.instance = "p"}, patient);
    machine.run_until_idle();
    machine.client().terminate("p", "enough");
    machine.run_until_idle();

    CHECK(machine.client().status("p")->status == runtime_status::terminated);
    CHECK(machine.client().locks().empty());
    CHECK(machine.client().count({.statuses = {runtime_status::running}}) == 0);
}

TEST_CASE("one that is suspended in a scope goes on in it") {
    auto machine = machine_with(functions());
    machine.client().start({.instance = "p"}, parallel);
    machine.run_until_idle();
    machine.client().suspend("p");
    for (int i = 0; i < 5; ++i)
        machine.client().raise("p", number, 1 << i);
    machine.crash();
    CHECK(machine.client().status("p")->status == runtime_status::suspended);
    machine.client().resume("p");

    CHECK(machine.client().wait(parallel, "p", 1h) == 31);
}

TEST_CASE("a rewind runs a failed scope from its beginning, with the events that it had read") {
    is_broken = true;
    auto machine = machine_with(functions());
    machine.client().start({.instance = "f"}, fragile);
    machine.client().raise("f", number, 5);
    machine.run_until_idle();
    REQUIRE(machine.client().status("f")->status == runtime_status::failed);

    machine.client().rewind("f");
    machine.run_until_idle();
    CHECK(machine.client().status("f")->status == runtime_status::failed);
    machine.crash();
    is_broken = false;
    machine.client().rewind("f");
    machine.crash();

    CHECK(machine.client().wait(fragile, "f", 1h) == 12);
}

TEST_CASE("a purge takes the children of scopes that have ended") {
    auto machine = machine_with(functions());
    machine.client().start({.instance = "m"}, months, 3);
    machine.run_until_idle();
    REQUIRE(machine.client().count({}) == 4);

    CHECK(machine.client().purge("m", {.recursive = true}).deleted == 4);
    CHECK(machine.client().count({}) == 0);
}
