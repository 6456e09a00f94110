// SPDX-License-Identifier: Apache-2.0
// Event-sourced entities through the public API: what they decided is kept as events, and their
// state is what those add up to, whenever it is looked at.
#include "entities/ledger.hpp"
#include "scenarios/every_step.hpp"
#include "scenarios/scene.hpp"

#include <perdure/testing/machine.hpp>

using namespace perdure;
using namespace std::chrono_literals;
using patterns::ledger;
using patterns::ledgers;

namespace {

/// The same ledgers, loaded from a snapshot after every third event.
inline constexpr auto short_ledgers = [] {
    return sourced_entity{
        "ledger",
        event_names<ledger::deposited, ledger::withdrawn>{"deposited", "withdrawn"},
        op("deposit", &ledger::deposit),
        op("withdraw", &ledger::withdraw),
        op("empty_into", &ledger::empty_into),
        op("value", &ledger::value)}
        .snapshot_every(3);
}();

struct purse {
    struct filled {
        std::string with;
        NLOHMANN_DEFINE_TYPE_INTRUSIVE(filled, with)
    };
    std::string content;

    emits<filled> fill(std::string with) const { return filled{std::move(with)}; }
    void drop(entity_context& ctx) const { ctx.delete_state(); }
    void apply(const filled& e) { content += e.with; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(purse, content)
};
inline constexpr auto purses = [] {
    return sourced_entity{"purse", event_names<purse::filled>{"filled"}, op("fill", &purse::fill),
                          op("drop", &purse::drop)}
        .snapshot_every(4);
}();

/// What a purse was before it was event-sourced.
struct old_purse {
    std::string content;
    void fill(std::string with) { content += with; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(old_purse, content)
};
inline constexpr entity old_purses{"purse", op("fill", &old_purse::fill)};

inline constexpr orchestration<std::int64_t(int)> trade{"trade"};
task<std::int64_t> run_trade(orchestration_context& ctx, int n) {
    for (int i = 0; i < n; ++i)
        ctx.signal(ledgers["t"], &ledger::deposit, 10, ctx.instance());
    const std::int64_t left = co_await ctx.call(ledgers["t"], &ledger::withdraw, 5, "shop");
    co_return left;
}

registry functions() {
    registry all;
    all.add(short_ledgers).add(purses).add(trade, run_trade);
    return all;
}

/// What is left, or the failure's message.
inline constexpr orchestration<std::string(std::int64_t)> draw{"draw"};
task<std::string> run_draw(orchestration_context& ctx, std::int64_t amount) {
    std::string outcome;
    try {
        outcome = std::to_string(co_await ctx.call(ledgers["t"], &ledger::withdraw, amount, "me"));
    } catch (const task_failed& failed) {
        outcome = failed.details().message;
    }
    co_return outcome;
}

} // namespace

TEST_CASE("the state of an event-sourced entity is what its events add up to") {
    testing::machine machine(functions());
    const auto id = machine.client().start(trade, 4);

    CHECK(machine.client().wait(trade, id, 1s) == 35);
    const auto seen = machine.client().read(ledgers["t"]);
    REQUIRE(seen);
    CHECK(seen->balance == 35);
    CHECK(seen->entries == 5);
    CHECK_FALSE(machine.client().read(ledgers["nobody"]));
}

TEST_CASE("an operation that throws records nothing") {
    registry all = functions();
    all.add(draw, run_draw);
    testing::machine machine(all);
    machine.client().signal(ledgers["t"], &ledger::deposit, 10, "me");
    const auto refused = machine.client().start(draw, 11);
    CHECK(machine.client().wait(draw, refused, 1s) == "there are only 10 left, not 11");

    CHECK(machine.client().read(ledgers["t"])->entries == 1);
    const auto paid = machine.client().start(draw, 4);
    CHECK(machine.client().wait(draw, paid, 1s) == "6");
}

TEST_CASE("events survive restarts, with and without a snapshot") {
    testing::machine machine(functions());
    for (int i = 1; i <= 11; ++i) {
        machine.client().signal(ledgers["t"], &ledger::deposit, i, "me");
        machine.restart();
        REQUIRE(machine.client().read(ledgers["t"])->entries == i);
        REQUIRE(machine.client().read(ledgers["t"])->balance == i * (i + 1) / 2);
    }
}

TEST_CASE("an operation writes its events and not the state") {
    testing::machine_options options;
    options.hub.inline_payload_max = 1 << 20;
    testing::machine machine(functions(), options);
    machine.client().signal(purses["p"], &purse::fill, std::string(100'000, 'x'));
    machine.run_until_idle();
    const auto before = machine.metrics().bytes;

    machine.client().signal(purses["p"], &purse::fill, "y");
    machine.run_until_idle();

    CHECK(machine.metrics().bytes - before < 1000);
}

TEST_CASE("a crash between any two steps neither loses nor doubles an event") {
    scenes::story told;
    told.before = [](auto& machine) {
        machine.client().signal(ledgers["a"], &ledger::deposit, 7, "me");
        machine.client().signal(ledgers["a"], &ledger::empty_into, "b");
    };
    told.begin = [](auto& machine) { machine.client().start_async(scenes::once("t"), trade, 3); };
    told.end = [](auto& machine) { CHECK(machine.client().wait(trade, "t", 1s) == 25); };
    told.at_rest = [](auto& machine) {
        CHECK(machine.client().read(ledgers["t"])->entries == 4);
        CHECK(machine.client().read(ledgers["a"])->balance == 0);
        CHECK(machine.client().read(ledgers["b"])->balance == 7);
    };

    CHECK(scenes::crash_at_every_step(functions(), told) > 30);
}

TEST_CASE("a deleted event-sourced entity leaves nothing, and begins anew") {
    testing::machine_options options;
    options.hub.inline_payload_max = 100; // events and snapshots go out of line
    testing::machine machine(functions(), options);
    std::string all;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 6; ++i)
            machine.client().signal(purses["p"], &purse::fill, std::string(200, 'x'));
        CHECK(machine.client().read(purses["p"])->content.size() == 1200);
        machine.client().signal(purses["p"], &purse::drop);
        CHECK_FALSE(machine.client().read(purses["p"]));
        if (round == 1)
            machine.restart();
    }
    machine.client().signal(purses["p"], &purse::fill, "a");
    machine.restart();

    CHECK(machine.client().read(purses["p"])->content == "a");
}

TEST_CASE("many lives of one entity within one group of commits end well") {
    testing::machine_options options;
    options.hub.inline_payload_max = 100;
    testing::machine machine(functions(), options);
    std::vector<std::future<void>> sent;
    for (int i = 0; i < 200; ++i) {
        sent.push_back(
            machine.client().signal_async(purses["p"], &purse::fill, std::string(150, 'x')));
        if (i % 7 == 6)
            sent.push_back(machine.client().signal_async(purses["p"], &purse::drop));
        machine.run_steps(static_cast<std::size_t>(i % 5));
    }
    machine.run_until_idle();
    for (auto& each : sent)
        each.get();

    CHECK(machine.client().read(purses["p"])->content.size() == 150 * (200 % 7));
    machine.restart();
    CHECK(machine.client().read(purses["p"])->content.size() == 150 * (200 % 7));
}

TEST_CASE("a deletion that follows another before that is on disk releases nothing twice") {
    const auto content = [](char c) { return std::string(150, c); };
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        INFO("seed " << seed);
        testing::computer machine(functions(), tests::with_blobs(seed));
        machine.boot();
        for (const char* keeper : {"p", "q"})
            for (const char c : {'a', 'b', 'c'})
                machine.client().signal(purses[keeper], &purse::fill, content(c));
        std::vector<std::future<void>> sent;
        for (int i = 0; i < 3; ++i) {
            sent.push_back(machine.client().signal_async(purses["p"], &purse::drop));
            tests::run_steps(machine, 1 + seed % 5);
            sent.push_back(machine.client().signal_async(purses["p"], &purse::fill, content('d')));
            tests::run_steps(machine, 1 + seed / 5 % 4);
        }
        machine.run_until_idle();
        for (auto& each : sent)
            each.get();

        CHECK(tests::problems(machine) == "");
    }
}

TEST_CASE("event-sourced entities are listed with their states") {
    testing::machine machine(functions());
    machine.client().signal(ledgers["a"], &ledger::deposit, 1, "me");
    machine.client().signal(purses["p"], &purse::fill, "x");
    machine.client().signal(ledgers["b"], &ledger::deposit, 2, "me");

    const auto found = machine.client().entities(ledgers);

    REQUIRE(found.entities.size() == 2);
    CHECK(found.entities[0].id.key == "a");
    CHECK(found.entities[1].state.balance == 2);
}

TEST_CASE("an entity whose events are on disk is held by code that keeps its state") {
    scenes::scene hub(functions());
    hub.client().signal(purses["p"], &purse::fill, "x");
    registry other;
    other.add(old_purses);
    hub.reopen(other);

    const auto held = scenes::thrown_by<error>(
        [&] { hub.client().signal(old_purses["p"], &old_purse::fill, "y"); });
    CHECK(held.code() == errc::held);
    CHECK(scenes::has(held.what(), "register it as event-sourced"));

    hub.reopen(functions());
    hub.client().signal(purses["p"], &purse::fill, "z");
    CHECK(hub.client().read(purses["p"])->content == "xz");
}

TEST_CASE("an entity whose state is on disk is held by code that sources events") {
    registry before;
    before.add(old_purses);
    scenes::scene hub(before);
    hub.client().signal(old_purses["p"], &old_purse::fill, "x");
    hub.reopen(functions());

    CHECK(scenes::errc_of([&] { hub.client().signal(purses["p"], &purse::fill, "y"); }) ==
          errc::held);
}
