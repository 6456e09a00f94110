// SPDX-License-Identifier: Apache-2.0
// Transactions: one function over several entities, in one commit or not at all.
#include "scenarios/every_step.hpp"
#include "scenarios/scene.hpp"

#include <perdure/testing/machine.hpp>

using namespace perdure;
using namespace std::chrono_literals;

namespace {

struct account {
    int balance = 0;
    std::string note;
    void add(int amount) { balance += amount; }
    int get() const { return balance; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(account, balance, note)
};
inline constexpr entity accounts{"account", op("add", &account::add), op("get", &account::get)};
inline constexpr transaction<int(account&, account&, int)> transfer{"transfer"};
inline constexpr transaction<int(const account&, const account&, const account&)> total{"total"};
inline constexpr transaction<void(account&, account&, int)> annotate{"annotate"};

inline constexpr orchestration<int(std::string, std::string, int)> moving{"moving"};
inline constexpr orchestration<int()> summing{"summing"};
inline constexpr orchestration<int()> holding{"holding"};
inline constexpr orchestration<int()> mixing{"mixing"};
inline constexpr orchestration<int(int)> noting{"noting"};
inline constexpr perdure::event<int> go{"go"};

using context = orchestration_context;

int move_money(account& from, account& to, int amount) {
    to.balance += amount; // too early: an exception must take it back
    if (from.balance < amount)
        throw std::runtime_error("insufficient funds");
    from.balance -= amount;
    return from.balance;
}

task<int> run_moving(context& ctx, std::string from, std::string to, int amount) {
    co_return co_await ctx.transact(transfer, accounts[from], accounts[to], amount);
}

task<int> run_summing(context& ctx) {
    co_return co_await ctx.transact(total, accounts["a"], accounts["b"], accounts["c"]);
}

/// Holds b until it is told to go on, and uses it by transactions meanwhile.
task<int> run_holding(context& ctx) {
    const auto guard = co_await ctx.lock(accounts["b"]);
    co_await ctx.wait_for(go);
    co_return co_await ctx.transact(transfer, accounts["b"], accounts["b"], 1);
}

task<int> run_mixing(context& ctx) {
    ctx.signal(accounts["a"], &account::add, 5);
    ctx.signal(accounts["b"], &account::add, 6);
    co_await ctx.transact(transfer, accounts["b"], accounts["a"], 4);
    const int a = co_await ctx.call(accounts["a"], &account::get);
    const int b = co_await ctx.call(accounts["b"], &account::get);
    co_return a * 100 + b;
}

task<int> run_noting(context& ctx, int size) {
    co_await ctx.transact(annotate, accounts["a"], accounts["b"], size);
    co_return size;
}

registry functions() {
    registry all;
    all.add(accounts).add(transfer, move_money);
    all.add(total, [](const account& a, const account& b, const account& c) {
        return a.balance + b.balance + c.balance;
    });
    all.add(annotate, [](account& one, account& two, int size) {
        one.note = two.note = std::string(static_cast<std::size_t>(size), 'x');
    });
    all.add(moving, run_moving).add(summing, run_summing).add(holding, run_holding);
    all.add(mixing, run_mixing).add(noting, run_noting);
    return all;
}

int balance(client& of, const std::string& key) {
    const auto seen = of.read(accounts[key]);
    return seen ? seen->balance : 0;
}

} // namespace

TEST_CASE("a transaction changes several entities and answers") {
    testing::machine machine(functions());
    machine.client().signal(accounts["b"], &account::add, 10);
    const auto id = machine.client().start(moving, "b", "a", 4);

    CHECK(machine.client().wait(moving, id, 1s) == 6);
    CHECK(balance(machine.client(), "a") == 4);
    CHECK(balance(machine.client(), "b") == 6);
}

TEST_CASE("a transaction that throws fails its caller and leaves no trace, not even a row") {
    testing::machine machine(functions());
    machine.client().signal(accounts["a"], &account::add, 3);
    const auto id = machine.client().start(moving, "a", "b", 4);

    const auto failed =
        scenes::thrown_by<task_failed>([&] { machine.client().wait(moving, id, 1s); });
    CHECK(failed.details().message == "transaction 'transfer' failed: insufficient funds");
    CHECK(balance(machine.client(), "a") == 3);
    CHECK_FALSE(machine.client().read(accounts["b"]));
}

TEST_CASE("a transaction sees what its orchestration sent before, and is seen by what follows") {
    testing::machine machine(functions());
    const auto id = machine.client().start(mixing);

    CHECK(machine.client().wait(mixing, id, 1s) == 902);
}

TEST_CASE("a transaction that only reads sees one moment of all its entities") {
    scenes::scene hub(functions());
    for (const auto* key : {"a", "b", "c"})
        hub.client().signal(accounts[key], &account::add, 10);
    std::vector<std::string> moves, sums;
    const std::vector<std::string> keys{"a", "b", "c"};
    for (std::size_t i = 0; i < 60; ++i) {
        moves.push_back(hub.client().start(moving, keys[i % 3], keys[(i + 1 + i % 2) % 3], 1));
        sums.push_back(hub.client().start(summing));
    }

    for (const auto& each : sums)
        CHECK(hub.wait(summing, each) == 30);
}

TEST_CASE(
    "a transaction waits for the critical section of another, and holds up nothing for good") {
    testing::machine machine(functions());
    machine.client().signal(accounts["b"], &account::add, 9);
    machine.client().start({"h"}, holding);
    machine.run_until_idle();
    machine.client().start({"m"}, moving, "b", "a", 4);
    machine.run_until_idle();
    machine.client().signal(accounts["a"], &account::add, 50); // behind the transaction
    CHECK(balance(machine.client(), "a") == 0);

    machine.crash();
    machine.run_until_idle();
    machine.client().raise("h", go, 1);

    CHECK(machine.client().wait(moving, "m", 1s) == 5);
    machine.run_until_idle();
    CHECK(balance(machine.client(), "a") == 54);
    CHECK(machine.client().locks().empty());
}

TEST_CASE("inside a section, transactions over locked entities run") {
    testing::machine machine(functions());
    machine.client().signal(accounts["b"], &account::add, 9);
    machine.client().start({"h"}, holding);
    machine.client().raise("h", go, 1);

    CHECK(machine.client().wait(holding, "h", 1s) == 9);
}

TEST_CASE("states that are kept out of line change and are counted as any other") {
    scenes::story told;
    told.begin = [](auto& machine) {
        machine.client().start_async(scenes::once("n"), noting, 100'000);
    };
    told.end = [](auto& machine) {
        client& of = machine.client();
        of.wait(noting, "n", 1min);
        CHECK(of.read(accounts["a"])->note.size() == 100'000);
        of.start({"n2"}, noting, 3);
        of.wait(noting, "n2", 1min);
        CHECK(of.read(accounts["b"])->note == "xxx");
    };

    CHECK(scenes::crash_at_every_step(functions(), told) > 10);
}

TEST_CASE("an orchestration that asks for a transaction nobody registered is held") {
    registry without;
    without.add(accounts).add(moving, run_moving);
    testing::machine machine(without);
    machine.client().start({"m"}, moving, "a", "b", 0);
    machine.run_until_idle();

    const auto held = scenes::thrown_by<error>([&] { machine.client().wait(moving, "m", 1s); });
    CHECK(held.code() == errc::held);
    CHECK(scenes::has(held.what(), "transaction 'transfer' is not registered"));

    machine.install(functions());
    machine.restart();
    CHECK(machine.client().wait(moving, "m", 1s) == 0);
}

TEST_CASE("wherever the process dies, each transaction happens once, and wholly") {
    scenes::story told;
    told.before = [](auto& machine) {
        client& to = machine.client();
        to.signal(accounts["a"], &account::add, 10);
        to.signal(accounts["b"], &account::add, 5);
    };
    told.begin = [](auto& machine) {
        client& to = machine.client();
        to.start_async(scenes::once("m1"), moving, "a", "b", 3);
        to.start_async(scenes::once("m2"), moving, "b", "c", 2);
        to.start_async(scenes::once("m3"), moving, "c", "a", 100);
    };
    told.end = [](auto& machine) {
        client& of = machine.client();
        CHECK(of.wait(moving, "m1", 1min) == 7);
        CHECK(of.wait(moving, "m2", 1min) >= 3);
        CHECK_THROWS_AS(of.wait(moving, "m3", 1min), task_failed);
        CHECK(balance(of, "a") == 7);
        CHECK(balance(of, "b") == 6);
        CHECK(balance(of, "c") == 2);
    };

    CHECK(scenes::crash_at_every_step(functions(), told) > 20);
}

TEST_CASE("a transaction is one commit of its entities and its outcome") {
    testing::machine machine(functions());
    machine.client().signal(accounts["a"], &account::add, 10);
    machine.client().signal(accounts["b"], &account::add, 10);
    const auto before = machine.metrics();
    const auto id = machine.client().start(moving, "a", "b", 3);
    machine.client().wait(moving, id, 1s);

    CHECK(machine.metrics().commits - before.commits == 3); // two steps, and the transaction
}
