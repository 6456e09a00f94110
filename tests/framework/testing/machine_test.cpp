// SPDX-License-Identifier: Apache-2.0
// The machine that users test on: time, crashes, and the promise of equal runs.
#include <perdure/perdure.hpp>
#include <perdure/testing/machine.hpp>

#include "catch.hpp"

using namespace perdure;
using namespace std::chrono_literals;

namespace {

inline constexpr activity<int(int)> charge{"charge"};
inline constexpr orchestration<int(int)> order{"order"};
inline constexpr orchestration<int()> polling{"polling"};
inline constexpr event<int> paid{"paid"};

struct account {
    int sum = 0;
    void add(int amount) { sum += amount; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(account, sum)
};
inline constexpr entity accounts{"account", op("add", &account::add)};

task<int> run_order(orchestration_context& ctx, int amount) {
    const int charged = co_await ctx.call(charge, amount);
    co_await ctx.call(accounts["shop"], &account::add, charged);
    co_return charged;
}

task<int> poll(orchestration_context& ctx) {
    int polls = 0;
    auto asked = ctx.wait_for(paid);
    while (true) {
        auto pause = ctx.sleep_for(1min);
        if (co_await when_any(asked, pause) == 0)
            co_return polls;
        ++polls;
    }
}

struct shop {
    int charges = 0;
    registry functions() {
        registry all;
        all.add(charge, [this](int amount) {
            ++charges;
            return amount;
        });
        all.add(order, run_order).add(polling, poll).add(accounts);
        return all;
    }
};

} // namespace

TEST_CASE("calls of the client run the machine until they are answered") {
    shop s;
    testing::machine machine(s.functions());

    const auto id = machine.client().start(order, 5);

    CHECK(machine.client().wait(order, id, 1s) == 5);
    machine.client().signal(accounts["shop"], &account::add, 2);
    CHECK(machine.client().read(accounts["shop"])->sum == 7);
}

TEST_CASE("a crash between any two steps loses nothing and applies nothing twice") {
    std::size_t steps = 0;
    for (bool is_through = false; !is_through; ++steps) {
        shop s;
        testing::machine machine(s.functions());
        machine.client().start({"o"}, order, 5);
        is_through = machine.run_steps(steps) < steps;

        machine.crash();

        CHECK(machine.client().wait(order, "o", 1s) == 5);
        CHECK(machine.client().read(accounts["shop"])->sum == 5);
        CHECK(s.charges >= 1);
    }
    CHECK(steps > 10);
}

TEST_CASE("what is due while the machine boots survives another crash at any step") {
    bool is_through = false;
    for (std::size_t steps = 0; !is_through; ++steps) {
        shop s;
        testing::machine machine(s.functions());
        machine.client().start({"p"}, polling);
        machine.client().start({"o"}, order, 5);
        machine.crash(10h); // it is switched on again when the next poll is due
        is_through = machine.run_steps(steps) < steps;

        machine.power_cut();

        CHECK(machine.client().wait(order, "o", 1s) == 5);
        machine.client().raise("p", paid, 1);
        CHECK(machine.client().wait(polling, "p", 0s) <= 1);
    }
}

TEST_CASE("a power cut between any two steps loses nothing on files either") {
    std::size_t steps = 0;
    for (bool is_through = false; !is_through; ++steps) {
        shop s;
        testing::machine_options options;
        options.seed = steps;
        options.disk = testing::storage::files;
        testing::machine machine(s.functions(), options);
        machine.client().start({"o"}, order, 5);
        is_through = machine.run_steps(steps) < steps;

        machine.power_cut();

        CHECK(machine.client().wait(order, "o", 1s) == 5);
        CHECK(machine.client().read(accounts["shop"])->sum == 5);
    }
    CHECK(steps > 10);
}

TEST_CASE("what was not acknowledged may be lost in a power cut, what was is not") {
    int lost = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        shop s;
        testing::machine_options options;
        options.seed = seed;
        options.hub.durable = durability::process;
        testing::machine machine(s.functions(), options);
        machine.client().start({"o"}, order, 5);
        machine.run_until_idle();

        machine.power_cut();

        const auto seen = machine.client().status("o");
        lost += !seen || seen->status != runtime_status::completed;
    }
    CHECK(lost > 0); // durability::process promises less
    CHECK(lost < 40);

    shop s;
    testing::machine machine(s.functions());
    machine.client().start({"o"}, order, 5);
    machine.run_until_idle();
    machine.power_cut();
    CHECK(machine.client().wait(order, "o", 0s) == 5);
}

TEST_CASE("what is due while time passes happens at its time") {
    shop s;
    testing::machine machine(s.functions());
    const auto id = machine.client().start(polling);

    machine.advance(24h);
    machine.client().raise(id, paid, 1);

    CHECK(machine.client().wait(polling, id, 0s) == 24 * 60);
}

TEST_CASE("waiting lets time pass up to the end of the timeout") {
    shop s;
    testing::machine machine(s.functions());
    const auto id = machine.client().start(polling);
    const timestamp begin = machine.now();

    CHECK_THROWS_AS(machine.client().wait(polling, id, 90s), error);

    CHECK(machine.now() == begin + 90s);
}

TEST_CASE("a new version of the program is installed by a restart") {
    shop s;
    testing::machine machine(s.functions());
    const auto id = machine.client().start(polling);
    registry other;
    other.add(charge, [](int) { return 0; }).add(order, run_order).add(accounts);
    other.add(polling, [](orchestration_context& ctx) -> task<int> {
        co_return co_await ctx.wait_for(paid);
    });

    machine.install(other);
    machine.restart();

    CHECK_THROWS_WITH(machine.client().wait(polling, id, 1s), Catch::Contains("held"));
    CHECK(machine.client().status(id)->held);
}

TEST_CASE("time goes on while the machine is off") {
    shop s;
    testing::machine machine(s.functions());
    const auto id = machine.client().start(polling);
    const timestamp begin = machine.now();

    machine.restart(10h);

    CHECK(machine.now() == begin + 10h);
    machine.client().raise(id, paid, 1);
    CHECK(machine.client().wait(polling, id, 0s) <= 1); // it slept through the polls
}
