// SPDX-License-Identifier: Apache-2.0
// Promises that hold at every moment, tried at each step between two of the engine's.
#include "catch.hpp"
#include "tests/framework/stepping.hpp"

#include <perdure/perdure.hpp>

using namespace perdure;
using namespace std::chrono_literals;
using store::table;

namespace {

inline constexpr activity<int(int)> twice{"twice"};
inline constexpr orchestration<int(int)> twofold{"twofold"};
inline constexpr orchestration<void()> painter{"painter"};
inline constexpr event<int> go_on{"go_on"};

inline constexpr orchestration<void()> ringer{"ringer"};
struct bell {
    int rung = 0;
    void ring() { ++rung; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(bell, rung)
};
inline constexpr entity bells{"bell", op("ring", &bell::ring)};

/// More than enough to start an orchestration of one activity and to end it.
constexpr int moments = 60;

task<int> call_twice(orchestration_context& ctx, int n) {
    co_return co_await ctx.call(twice, n);
}

/// Publishes one large status after another.
task<void> paint(orchestration_context& ctx) {
    for (char colour = 'a'; colour < 'd'; ++colour) {
        ctx.set_status(std::string(1000, colour));
        co_await ctx.wait_for(go_on);
    }
}

task<void> ring_later(orchestration_context& ctx) {
    co_await ctx.sleep_for(1h);
    ctx.signal(bells["all"], &bell::ring);
    co_await ctx.wait_for(go_on);
}

struct place {
    explicit place(std::uint64_t seed = 0) : machine(functions(), tests::with_blobs(seed)) {
        machine.boot();
    }

    registry functions() {
        registry all;
        all.add(twice, [this](int n) {
            ++runs;
            return 2 * n;
        });
        all.add(twofold, call_twice).add(painter, paint).add(ringer, ring_later).add(bells);
        return all;
    }

    int runs = 0;
    testing::computer machine;
};

} // namespace

TEST_CASE("who waits for an instance hears of its end when it is durable, not before") {
    for (int moment = 0; moment < moments; ++moment) {
        place here;
        INFO("after " << moment << " steps");
        here.machine.client().start({"i"}, twofold, 4);
        tests::run_steps(here.machine, moment);
        // Starting again, as a client does that has heard nothing, tells those who wait, too.
        auto again = here.machine.client().start_async({.instance = "i", .reuse = id_reuse::never},
                                                       twofold, 4);
        CHECK(here.machine.client().wait(twofold, "i", 1h) == 8);

        here.machine.rows.power_cut(here.machine.rows.unsynced());
        here.machine.kill_power();
        here.machine.boot();

        CHECK(here.machine.client().status("i")->status == runtime_status::completed);
    }
}

TEST_CASE("an instance whose activity runs does not go dormant, so that it runs once") {
    for (int moment = 0; moment < 10 * moments; ++moment) {
        place here(static_cast<std::uint64_t>(moment / moments));
        INFO("after " << moment % moments << " steps");
        auto started = here.machine.client().start_async({"i"}, twofold, 4);
        tests::run_steps(here.machine, moment % moments);
        here.machine.hub().services().routes->send("i", actors::rest_mail{});
        here.machine.run_until_idle();

        CHECK(here.runs == 1);
        CHECK(here.machine.client().wait(twofold, "i", 1h) == 8);
    }
}

TEST_CASE("a status that was replaced holds no blob any more than the history does") {
    place here;
    here.machine.client().start({"p"}, painter);
    for (int i = 0; i < 3; ++i) {
        here.machine.run_until_idle();
        CHECK(here.machine.rows.count(table::blobs) == 1);
        here.machine.client().raise("p", go_on, i);
    }
}

TEST_CASE("no timer fires before a hub that is opened has read its inbox") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        place here(seed);
        here.machine.client().start({"r"}, ringer);
        here.machine.kill();
        here.machine.clock.advance(2h);
        // While it reads, everything that can run runs, until something is on disk.
        const std::uint64_t writes = here.machine.rows.writes();
        here.machine.rows.on_scan = [&](table where) {
            if (where != table::inbox)
                return;
            while (here.machine.rows.writes() == writes && here.machine.run_one_job())
                continue;
        };
        here.machine.boot();
        here.machine.rows.on_scan = {};
        here.machine.run_until_idle();

        CHECK(here.machine.client().read(bells["all"])->rung == 1);
    }
}
