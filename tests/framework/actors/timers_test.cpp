// SPDX-License-Identifier: Apache-2.0
// The timer actor: fires what is stored, when it is due, and not before the hub is ready for it.
#include "actors/timers.hpp"

#include "catch.hpp"
#include "store/keys.hpp"
#include "tests/framework/outside.hpp"

using namespace perdure;
using namespace std::chrono_literals;
using store::timer_address;

namespace {

/// A timer actor over stored timers, and what it fires.
struct alarm_case {
    tests::stepped_system actors;
    tests::memory_store rows;
    tests::manual_clock clock;
    base::engine_clock time{clock, {}};
    std::vector<timer_address> fired;
    std::optional<actors::timers> alarms;

    /// Bit by bit; how many steps the actor made.
    int let_pass(std::chrono::milliseconds all) {
        int steps = 0;
        for (auto each = 0ms; each < all; each += 100ms) {
            clock.advance(100ms);
            actors.advance(100ms);
            while (actors.run_one())
                ++steps;
        }
        return steps;
    }

    explicit alarm_case(const std::vector<timer_address>& stored) {
        for (const auto& each : stored)
            rows.write({{store::table::timers, store::timer_key(each), "execution"}}, true);
        alarms.emplace(
            actors.system(), rows, store::table::timers, time,
            [this](const std::string& key) { fired.push_back(store::parse_timer_key(key)); },
            [] { return 0; }, [](const std::exception& obstacle) { FAIL(obstacle.what()); });
        actors.run();
    }
};

const timestamp begin = tests::manual_clock().wall();

} // namespace

TEST_CASE("a stored timer that is due waits until the timers are started") {
    const timer_address due{begin - 1ms, "i", 0};
    alarm_case given({due});
    CHECK(given.fired.empty());

    given.alarms->start();
    given.actors.run();

    CHECK(given.fired == std::vector{due});
}

TEST_CASE("a stored timer that is not due yet fires when it is, once") {
    const timer_address later{begin + 300ms, "i", 0};
    alarm_case given({later});
    given.alarms->start();
    given.actors.run();
    CHECK(given.fired.empty());

    given.clock.advance(300ms);
    given.actors.advance(300ms);
    given.actors.run();
    given.actors.advance(10s);
    given.actors.run();

    CHECK(given.fired == std::vector{later});
}

TEST_CASE("when the wall clock jumps forward, all that is due fires once, in due order") {
    std::vector<timer_address> stored;
    for (int i = 0; i < 20'000; ++i) // more than are fired at once
        stored.push_back({begin + 1h + i * 1s, "i", 0});
    alarm_case given(stored);
    given.alarms->start();
    given.actors.run();

    given.clock.set_wall(begin + 24h * 3650);
    given.let_pass(1s);

    CHECK(given.fired.size() == stored.size());
    CHECK(std::equal(given.fired.begin(), given.fired.end(), stored.begin(), stored.end()));
}

TEST_CASE("while the wall clock is far behind, the timer actor looks once a second") {
    const timer_address later{begin + 1h, "i", 0};
    alarm_case given({later});
    given.alarms->start();
    given.actors.run();

    given.clock.set_wall(begin - 24h * 3650);
    const int steps = given.let_pass(2h - 1s);

    CHECK(given.fired.empty());
    CHECK(steps <= 7200);
    given.let_pass(1s);
    CHECK(given.fired == std::vector{later});
}
