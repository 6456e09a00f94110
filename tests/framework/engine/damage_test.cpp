// SPDX-License-Identifier: Apache-2.0
// Damaged rows while a hub runs: what depends on them is held and keeps all that is sent to it,
// everything else goes on.
#include "catch.hpp"
#include "store/keys.hpp"
#include "testing/computer.hpp"

#include <perdure/perdure.hpp>

using namespace perdure;
using namespace std::chrono_literals;
using store::table;

namespace {

inline constexpr activity<int(int)> twice{"twice"};
inline constexpr event<int> number{"number"};
inline constexpr orchestration<int()> adder{"adder"};
inline constexpr orchestration<int()> parent{"parent"};
inline constexpr orchestration<int()> writer{"writer"};
inline constexpr orchestration<int()> sleeper{"sleeper"};

struct tally {
    int sum = 0;
    std::string note;
    void add(int n) { sum += n; }
    void write(std::string text) { note = std::move(text); }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(tally, sum, note)
};
inline constexpr entity tallies{"tally", op("add", &tally::add), op("write", &tally::write)};

/// Waits for two numbers and adds them, to an entity too.
task<int> add_two(orchestration_context& ctx) {
    const int first = co_await ctx.wait_for(number);
    const int second = co_await ctx.wait_for(number);
    const int sum = co_await ctx.call(twice, first + second);
    co_await ctx.call(tallies["all"], &tally::add, sum);
    co_return sum;
}

task<int> ask_child(orchestration_context& ctx) {
    co_return co_await ctx.call_as("child", adder) + 1;
}

/// Sends an entity more than a row holds.
task<int> write_much(orchestration_context& ctx) {
    ctx.signal(tallies["all"], &tally::write, std::string(1000, 'x'));
    co_return 0;
}

registry functions() {
    registry all;
    all.add(twice, [](int n) { return 2 * n; });
    all.add(adder, add_two);
    all.add(parent, ask_child);
    all.add(writer, write_much);
    all.add(sleeper, [](orchestration_context& ctx) -> task<int> {
        co_await ctx.sleep_for(2h);
        co_return 1;
    });
    all.add(tallies);
    return all;
}

/// A computer in memory whose rows a test can damage and repair.
struct place {
    place() : machine(functions(), options()) { machine.boot(); }

    static testing::machine_options options() {
        testing::machine_options wanted;
        wanted.hub.inline_payload_max = 100;
        wanted.hub.blob_cache = 0;
        return wanted;
    }
    client& clients() { return machine.client(); }
    void reopen() {
        machine.shut_down();
        machine.boot();
        machine.run_until_idle();
    }
    /// Gives back what was there.
    std::string damage(table where, const std::string& key) {
        const auto before = machine.rows.get(where, key);
        REQUIRE(before);
        machine.rows.write({{where, key, "\xff is no row"}}, true);
        return *before;
    }
    void repair(table where, const std::string& key, const std::string& bytes) {
        machine.rows.write({{where, key, bytes}}, true);
    }
    std::size_t count(table where) { return machine.rows.count(where); }

    testing::computer machine;
};

errc refusal_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const error& refused) {
        return refused.code();
    }
    return errc{};
}

} // namespace

TEST_CASE("an instance whose history can't be read is held, others go on, and nothing is lost") {
    place here;
    here.clients().start({"bad"}, adder);
    here.clients().start({"good"}, adder);
    here.clients().raise("bad", number, 1);
    here.machine.shut_down();
    const std::string key = store::history_key("bad", 0);
    const std::string bytes = here.damage(table::history, key);
    const std::size_t rows = here.count(table::history);
    here.machine.boot();

    CHECK(refusal_of([&] { here.clients().raise("bad", number, 2); }) == errc::held);
    CHECK(refusal_of([&] { here.clients().wait(adder, "bad", 1h); }) == errc::held);
    CHECK_THAT(*here.clients().status("bad")->held, Catch::Matchers::Contains("damaged"));
    CHECK(here.count(table::history) == rows);
    here.clients().raise("good", number, 1);
    here.clients().raise("good", number, 2);
    CHECK(here.clients().wait(adder, "good", 1h) == 6);

    here.machine.shut_down();
    here.repair(table::history, key, bytes);
    here.machine.boot();
    here.clients().raise("bad", number, 2);
    CHECK(here.clients().wait(adder, "bad", 1h) == 6);
}

TEST_CASE("an instance whose history lacks a row is held") {
    place here;
    here.clients().start({"bad"}, adder);
    here.clients().raise("bad", number, 1);
    here.machine.shut_down();
    here.machine.rows.write({{table::history, store::history_key("bad", 0), std::nullopt}}, true);
    here.machine.boot();

    CHECK(refusal_of([&] { here.clients().raise("bad", number, 2); }) == errc::held);
    CHECK_THAT(*here.clients().status("bad")->held, Catch::Matchers::Contains("step 0"));
}

TEST_CASE("an instance whose row can't be read is not started anew") {
    place here;
    here.clients().start({"bad"}, adder);
    const std::string bytes = here.damage(table::instances, "bad");
    here.machine.kill();
    here.machine.boot();

    CHECK(refusal_of([&] { here.clients().start({"bad"}, adder); }) == errc::held);
    CHECK(refusal_of([&] { here.clients().status("bad"); }) == errc::damaged);
    CHECK(here.machine.rows.get(table::instances, "bad") == "\xff is no row");

    here.repair(table::instances, "bad", bytes);
    CHECK(refusal_of([&] { here.clients().raise("bad", number, 1); }) == errc::held);
    here.reopen();
    CHECK_NOTHROW(here.clients().raise("bad", number, 1));
}

TEST_CASE("what is sent to an instance that can't be read waits in its inbox") {
    place here;
    here.clients().start({"parent"}, parent);
    here.machine.run_until_idle();
    here.clients().raise("child", number, 1);
    here.machine.shut_down();
    const std::string key = store::history_key("parent", 0);
    const std::string bytes = here.damage(table::history, key);
    here.machine.boot();

    here.clients().raise("child", number, 2);
    CHECK(here.clients().wait(adder, "child", 1h) == 6);
    here.machine.run_until_idle();
    CHECK(here.count(table::inbox) == 1);

    // Going on after a repair would pass over what came meanwhile, so it waits for reopening.
    here.machine.advance(1h);
    here.repair(table::history, key, bytes);
    CHECK(refusal_of([&] { here.clients().raise("parent", number, 1); }) == errc::held);
    CHECK(here.count(table::inbox) == 1);
    here.reopen();
    CHECK(here.clients().wait(parent, "parent", 1h) == 7);
    CHECK(here.count(table::inbox) == 0);
}

TEST_CASE("an entity whose row can't be read is held, and keeps what it was sent") {
    place here;
    here.clients().signal(tallies["all"], &tally::add, 1);
    here.clients().start({"i"}, adder);
    here.machine.shut_down();
    const std::string bytes = here.damage(table::entities, "@tally@all");
    here.machine.boot();

    CHECK(refusal_of([&] { here.clients().signal(tallies["all"], &tally::add, 1); }) == errc::held);
    CHECK(refusal_of([&] { here.clients().read(tallies["all"]); }) == errc::damaged);
    here.clients().signal(tallies["other"], &tally::add, 5);
    here.clients().raise("i", number, 1);
    here.clients().raise("i", number, 2);
    here.machine.advance(1h);
    CHECK(here.clients().read(tallies["other"])->sum == 5);
    CHECK(here.count(table::inbox) == 1);

    here.repair(table::entities, "@tally@all", bytes);
    CHECK(refusal_of([&] { here.clients().signal(tallies["all"], &tally::add, 1); }) == errc::held);
    here.reopen();
    CHECK(here.clients().wait(adder, "i", 1h) == 6);
    CHECK(here.clients().read(tallies["all"])->sum == 7);
}

TEST_CASE("a damaged message refuses the opening of the hub and stays where it is") {
    place here;
    here.clients().start({"i"}, adder);
    here.clients().raise("i", number, 1);
    here.clients().raise("i", number, 2);
    here.machine.run_until_idle();
    here.machine.shut_down();
    here.machine.rows.write({{table::inbox, store::inbox_key("i", 9), "\xff is no row"}}, true);

    CHECK(refusal_of([&] { here.machine.boot(); }) == errc::damaged);
    CHECK(here.count(table::inbox) == 1);
}

TEST_CASE("an operation whose input can't be read waits in the inbox") {
    place here;
    here.clients().signal(tallies["all"], &tally::add, 1);
    here.machine.shut_down();
    const std::string state = here.damage(table::entities, "@tally@all");
    here.machine.boot();
    here.clients().start({"w"}, writer);
    here.machine.run_until_idle();
    REQUIRE(here.count(table::inbox) == 1);
    here.machine.shut_down();
    here.repair(table::entities, "@tally@all", state);
    std::vector<std::pair<std::string, std::string>> blobs;
    here.machine.rows.scan(table::blobs, {}, {}, [&](std::string_view key, std::string_view data) {
        blobs.emplace_back(key, data);
        return true;
    });
    REQUIRE(blobs.size() == 1);
    here.machine.rows.write({{table::blobs, blobs[0].first, std::nullopt}}, true);

    here.machine.boot();
    CHECK(refusal_of([&] { here.clients().signal(tallies["all"], &tally::add, 1); }) == errc::held);
    CHECK(here.count(table::inbox) == 1);

    here.repair(table::blobs, blobs[0].first, blobs[0].second);
    here.reopen();
    CHECK(here.clients().read(tallies["all"])->note == std::string(1000, 'x'));
    CHECK(here.count(table::inbox) == 0);
}

TEST_CASE("timers that can't be read poison the hub, so that none is passed over") {
    place here;
    here.clients().start({"s"}, sleeper);
    here.machine.shut_down();
    here.machine.rows.write({{table::timers, "no key", ""}}, true);
    here.machine.boot();
    here.machine.run_until_idle();

    CHECK(refusal_of([&] { here.clients().status("s"); }) == errc::poisoned);

    here.machine.shut_down();
    here.machine.rows.write({{table::timers, "no key", std::nullopt}}, true);
    here.machine.boot();
    CHECK(here.clients().wait(sleeper, "s", 3h) == 1);
}
