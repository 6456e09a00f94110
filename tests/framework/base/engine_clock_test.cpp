// SPDX-License-Identifier: Apache-2.0
// The hub's own time: it follows the wall clock forward, never goes back, and never stands still.
#include "base/engine_clock.hpp"

#include "base/random.hpp"
#include "catch.hpp"
#include "testing/virtual_world.hpp"

#include <atomic>
#include <thread>

using namespace perdure;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds year = 24h * 365;
const timestamp begin{50 * year};

struct clocks {
    testing::manual_clock machine{begin};
    base::engine_clock hub{machine, {}};

    milliseconds passed() { return hub.now() - begin; }
    void jump(milliseconds by) { machine.set_wall(machine.wall() + by); }
};

} // namespace

TEST_CASE("the hub's clock follows the wall clock, and its jumps forward at once") {
    clocks c;
    CHECK(c.passed() == 0ms);
    c.machine.advance(7ms);
    CHECK(c.passed() == 7ms);
    c.jump(10 * year);
    CHECK(c.passed() == 10 * year + 7ms);
}

TEST_CASE("while the wall clock is behind, time goes on at half speed until it has caught up") {
    clocks c;
    c.jump(-1h);
    CHECK(c.passed() == 0ms);
    CHECK(c.hub.ahead_of_wall() == 1h);
    c.machine.advance(10s);
    CHECK(c.passed() == 5s);
    c.machine.advance(2h - 10s);
    CHECK(c.passed() == 1h);
    CHECK(c.hub.ahead_of_wall() == 0ms);
    c.machine.advance(10s);
    CHECK(c.passed() == 1h + 10s);
}

TEST_CASE("time goes on at half speed however often somebody looks and the wall clock stands") {
    clocks c;
    c.machine.is_wall_frozen = true;
    for (int i = 0; i < 1000; ++i) {
        c.machine.advance(1ms);
        c.hub.now();
    }
    CHECK(c.passed() == 500ms);
}

TEST_CASE("a hub's clock does not begin before the time it had reached") {
    testing::manual_clock machine(begin);
    base::engine_clock hub(machine, begin + 1h);
    CHECK(hub.now() == begin + 1h);
    machine.advance(2s);
    CHECK(hub.now() == begin + 1h + 1s);
}

TEST_CASE("time never goes back and is never slower than half, whatever the wall clock does") {
    base::random_stream dice(1);
    clocks c;
    for (int i = 0; i < 20'000; ++i) {
        const timestamp before = c.hub.now();
        if (dice.draw() % 10 == 0)
            c.jump(milliseconds(dice.draw() % 200) - 100ms);
        if (dice.draw() % 100 == 0)
            c.machine.is_wall_frozen = !c.machine.is_wall_frozen;
        const milliseconds by(2 * (dice.draw() % 5));
        c.machine.advance(by);
        CHECK(c.hub.now() >= before + by / 2);
        CHECK(c.hub.now() >= c.machine.wall());
    }
}

TEST_CASE("the time until something is due is exact while the wall clock runs") {
    using several = std::initializer_list<milliseconds>;
    for (const milliseconds behind : several{0ms, 1ms, 7ms, 10ms, 1h})
        for (const milliseconds nap : several{1ms, 2ms, 7ms, 10ms, 11ms, 1h, 3h}) {
            clocks c;
            c.jump(-behind);
            const timestamp due = begin + nap;
            const milliseconds wait = c.hub.until(due);
            CHECK(wait <= 2 * nap);
            c.machine.advance(wait - 1ms);
            CHECK(c.hub.now() < due);
            c.machine.advance(1ms);
            CHECK(c.hub.now() == due);
            CHECK(c.hub.until(due) == 0ms);
        }
}

TEST_CASE("the clock stops at the end of time, and nothing overflows") {
    clocks c;
    CHECK(c.hub.until(timestamp::max()) == timestamp::max() - begin);
    CHECK(c.hub.until(timestamp::min()) == 0ms);
    c.jump(-1h);
    CHECK(c.hub.until(timestamp::max()) == timestamp::max() - begin + 1h);

    base::engine_clock late(c.machine, timestamp::max() - 1ms);
    CHECK(late.until(timestamp::max()) == 2ms);
    c.machine.advance(1h);
    CHECK(late.now() == timestamp::max());
    CHECK(late.until(timestamp::max()) == 0ms);

    c.machine.set_wall(timestamp::min());
    CHECK(late.now() == timestamp::max());
    CHECK(late.ahead_of_wall() == milliseconds::max());
    base::engine_clock early(c.machine, {});
    CHECK(early.now() == timestamp{});
    CHECK(early.until(timestamp::max()) == milliseconds::max());
}

TEST_CASE("all threads see one order of time") {
    base::engine_clock hub(base::system_clock(), {});
    std::atomic<timestamp> latest{hub.now()};
    std::atomic<int> regressions{0};
    const auto look = [&] {
        for (int i = 0; i < 10'000; ++i) {
            const timestamp before = latest.load();
            const timestamp now = hub.now();
            regressions += now < before ? 1 : 0;
            latest = now;
        }
    };
    std::thread other(look);
    look();
    other.join();
    CHECK(regressions == 0);
}
