// SPDX-License-Identifier: Apache-2.0
// The wall clock jumps, stops and lies, and timers fire once, in order, and never early; no
// orchestration sees time go back.
#include "catch.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"
#include "testing/computer.hpp"

#include <perdure/perdure.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace perdure;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using store::table;

namespace {

constexpr milliseconds year = 24h * 365;

inline constexpr orchestration<std::string(std::int64_t)> sleeper{"sleeper"};
inline constexpr orchestration<std::int64_t()> lookout{"lookout"};
inline constexpr orchestration<int(int)> crowd{"crowd"};
inline constexpr event<int> look{"look"};

/// Who was woken, and when it was last looked at.
struct bell {
    std::vector<std::int64_t> rung;
    std::int64_t last = 0;
    void ring(std::int64_t number) { rung.push_back(number); }
    void see(entity_context& ctx) { last = ctx.now().time_since_epoch().count(); }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(bell, rung, last)
};
inline constexpr entity bells{"bell", op("ring", &bell::ring), op("see", &bell::see)};

task<std::string> sleep_once(orchestration_context& ctx, std::int64_t ms) {
    const timestamp due = ctx.now() + milliseconds(ms);
    co_await ctx.sleep_until(due);
    co_await ctx.call(bells["all"], &bell::ring, ms);
    co_return ctx.now() < due ? "woken too early" : "in time";
}

/// How far time went between the start and the event.
task<std::int64_t> look_twice(orchestration_context& ctx) {
    const timestamp before = ctx.now();
    co_await ctx.wait_for(look);
    co_return (ctx.now() - before).count();
}

/// Sleeps many times at once.
task<int> sleep_together(orchestration_context& ctx, int count) {
    std::vector<durable<void>> naps;
    for (int i = 0; i < count; ++i)
        naps.push_back(ctx.sleep_for(1h));
    co_await when_all(std::move(naps));
    co_return count;
}

registry functions() {
    registry all;
    all.add(sleeper, sleep_once).add(lookout, look_twice).add(crowd, sleep_together).add(bells);
    return all;
}

/// A computer that runs, and what its hub says.
struct place {
    place() : machine(functions(), {}) { machine.boot(); }

    client& clients() { return machine.client(); }
    bool is_finished(const std::string& instance) {
        return perdure::is_finished(clients().status(instance)->status);
    }
    void jump(milliseconds by) { machine.set_wall_clock(machine.clock.wall() + by); }
    std::vector<std::int64_t> rung() { return clients().read(bells["all"]).value_or(bell()).rung; }
    bool is_history_in_order(const std::string& instance) {
        const auto all = clients().history(instance);
        return std::is_sorted(all.begin(), all.end(),
                              [](const auto& a, const auto& b) { return a.time < b.time; });
    }

    testing::computer machine;
};

} // namespace

TEST_CASE("a sleep takes at most twice as long when the wall clock is set back meanwhile") {
    place here;
    here.clients().start({"s"}, sleeper, 10'000);

    here.jump(-1h);

    here.machine.advance(20s - 2ms);
    CHECK_FALSE(here.is_finished("s"));
    here.machine.advance(2ms);
    CHECK(here.clients().wait(sleeper, "s", 0s) == "in time");
    CHECK(here.is_history_in_order("s"));
}

TEST_CASE("time goes at full speed again when the wall clock has caught up") {
    place here;
    here.clients().start({"s"}, sleeper, milliseconds(3h).count());

    here.jump(-1h);

    here.machine.advance(4h - 2ms); // the first hour takes two
    CHECK_FALSE(here.is_finished("s"));
    here.machine.advance(2ms);
    CHECK(here.clients().wait(sleeper, "s", 0s) == "in time");
}

TEST_CASE("when the wall clock jumps by ten years, all that is due fires once, in due order") {
    place here;
    std::vector<std::int64_t> hours;
    for (int i = 0; i < 200; ++i)
        hours.push_back(milliseconds((1 + 37 * i % 200) * 24h).count());
    for (const std::int64_t each : hours)
        here.clients().start({"s" + std::to_string(each)}, sleeper, each);
    here.clients().start({"later"}, sleeper, milliseconds(11 * year).count());

    here.jump(10 * year);
    here.machine.advance(1s);

    for (const std::int64_t each : hours)
        CHECK(here.clients().wait(sleeper, "s" + std::to_string(each), 0s) == "in time");
    auto rung = here.rung();
    std::sort(rung.begin(), rung.end());
    std::sort(hours.begin(), hours.end());
    CHECK(rung == hours);
    CHECK_FALSE(here.is_finished("later"));
    here.machine.advance(year);
    CHECK(here.clients().wait(sleeper, "later", 0s) == "in time");
}

TEST_CASE("whoever waits while the wall clock jumps is told within a second") {
    place here;
    here.clients().start({"s"}, sleeper, milliseconds(1h).count());
    here.jump(2h);
    CHECK(here.clients().wait(sleeper, "s", 1s) == "in time");
}

TEST_CASE("a wall clock that is ten years behind leaves time at half speed") {
    place here;
    here.clients().start({"s"}, sleeper, milliseconds(24h).count());
    CHECK(here.machine.hub().metrics().clock_ahead == 0ms);

    here.jump(-10 * year);

    CHECK(here.machine.hub().metrics().clock_ahead == 10 * year);
    here.machine.advance(48h - 2ms);
    CHECK_FALSE(here.is_finished("s"));
    here.machine.advance(2ms);
    CHECK(here.clients().wait(sleeper, "s", 0s) == "in time");
    CHECK(here.machine.hub().metrics().clock_ahead == 10 * year - 24h);
}

TEST_CASE("a wall clock that stands still leaves time at half speed") {
    place here;
    here.machine.clock.is_wall_frozen = true;
    here.clients().start({"s"}, sleeper, 10'000);
    here.machine.advance(20s - 2ms);
    CHECK_FALSE(here.is_finished("s"));
    here.machine.advance(2ms);
    CHECK(here.clients().wait(sleeper, "s", 0s) == "in time");
}

TEST_CASE("time does not go back when the hub is reopened with an earlier wall clock") {
    for (const bool is_power_cut : {false, true}) {
        place here;
        here.clients().start({"l"}, lookout);
        here.clients().start({"s"}, sleeper, milliseconds(2h).count());
        here.clients().start({"done"}, sleeper, milliseconds(1h).count());
        here.machine.advance(1h);
        REQUIRE(here.clients().wait(sleeper, "done", 0s) == "in time");
        const auto ended = here.clients().status("done")->updated;

        if (is_power_cut)
            here.machine.kill_power();
        else
            here.machine.shut_down();
        here.jump(-24h);
        here.machine.boot();
        here.machine.run_until_idle();

        CHECK(here.machine.hub().services().clock->now() >= ended);
        CHECK(here.rung().size() == 1);
        here.machine.advance(2h - 2ms); // one hour is left
        CHECK_FALSE(here.is_finished("s"));
        here.machine.advance(2ms);
        CHECK(here.clients().wait(sleeper, "s", 0s) == "in time");
        CHECK(here.rung().size() == 2);
        here.clients().raise("l", look, 1);
        CHECK(here.clients().wait(lookout, "l", 0s) == milliseconds(2h).count());
        for (const char* each : {"l", "s", "done"})
            CHECK(here.is_history_in_order(each));
    }
}

TEST_CASE("the steps of an orchestration are in order of time, also with a day's jump between") {
    place here;
    here.machine.advance(1h);
    here.clients().start({"l"}, lookout);

    here.machine.kill();
    here.jump(-24h);
    here.machine.boot();

    here.clients().raise("l", look, 1);
    CHECK(here.clients().wait(lookout, "l", 0s) == 0);
    CHECK(here.is_history_in_order("l"));
}

TEST_CASE("an entity does not see time go back when the hub is reopened either") {
    place here;
    const auto look_at = [&] {
        here.clients().signal(bells["all"], &bell::see);
        here.machine.run_until_idle();
        return here.clients().read(bells["all"])->last;
    };
    const auto before = look_at();

    here.machine.kill();
    here.jump(-24h);
    here.machine.boot();

    CHECK(look_at() >= before);
}

TEST_CASE("a thousand timers that are due at once fire in the order of their creation") {
    place here;
    here.clients().start({"c"}, crowd, 1000);
    here.machine.advance(1min);
    here.machine.kill();
    here.machine.boot();

    here.machine.advance(1h);

    here.clients().wait(crowd, "c", 0s);
    std::vector<std::uint32_t> fired;
    for (const auto& each : here.clients().history("c"))
        if (each.kind == "TimerFired")
            fired.push_back(each.task_id.value());
    CHECK(fired.size() == 1000);
    CHECK(std::is_sorted(fired.begin(), fired.end()));
}

TEST_CASE("a hub whose clock is damaged or lost is not opened") {
    for (const std::optional<std::string>& bytes :
         {std::optional<std::string>("soon"), std::optional<std::string>()}) {
        place here;
        here.machine.shut_down();
        here.machine.rows.write({{table::meta, std::string(store::clock_key), bytes}}, true);
        try {
            here.machine.boot();
            FAIL("it was opened");
        } catch (const error& refused) {
            CHECK(refused.code() == errc::damaged);
        }
    }
}
