// SPDX-License-Identifier: Apache-2.0
// Rewinding: what failed runs again, what succeeded does not.
#include "scenarios/control_stage.hpp"

using namespace control_stage;

TEST_CASE("a rewound instance runs again what had failed, and nothing else") {
    stage here;
    here.is_broken = true;
    here.client().start({.instance = "c"}, chain, 1);
    here.machine.run_until_idle();
    REQUIRE(here.status("c") == runtime_status::failed);
    REQUIRE(here.runs == 1);

    here.is_broken = false;
    here.client().rewind("c", "mended");

    CHECK(here.client().wait(chain, "c", 0ms) == 6);
    CHECK(here.runs == 2);
    CHECK(here.risks == 2);
    CHECK(here.count("c", "ExecutionRewound") == 1);
    CHECK(here.problems() == "");
}

TEST_CASE("an instance that fails again can be rewound again, also after a restart") {
    stage here;
    here.is_broken = true;
    here.client().start({.instance = "c"}, chain, 1);
    here.machine.run_until_idle();
    for (int i = 0; i < 3; ++i) {
        here.client().rewind("c");
        here.machine.run_until_idle();
        REQUIRE(here.status("c") == runtime_status::failed);
        REQUIRE(here.problems() == "");
        here.crash();
    }
    here.is_broken = false;

    here.client().rewind("c");

    CHECK(here.client().wait(chain, "c", 0ms) == 6);
    CHECK(here.runs == 2);
    CHECK(here.risks == 5);
    CHECK(here.problems() == "");
}

TEST_CASE("only an instance that has failed can be rewound") {
    stage here;
    here.client().start({.instance = "s"}, sleeper);
    here.client().start({.instance = "l"}, listener, 0);
    here.machine.run_until_idle();

    CHECK(errc_of([&] { here.client().rewind("nobody"); }) == errc::not_found);
    CHECK(errc_of([&] { here.client().rewind("s"); }) == errc::not_finished);
    CHECK(errc_of([&] { here.client().rewind("l"); }) == errc::instance_finished);
    here.client().terminate("s");
    CHECK(errc_of([&] { here.client().rewind("s"); }) == errc::instance_finished);
}

TEST_CASE("retries and their timers stay: only the last attempt is made again") {
    stage here;
    here.is_broken = true;
    here.client().start({.instance = "p"}, patient, 5);
    here.machine.advance(10h);
    REQUIRE(here.status("p") == runtime_status::failed);
    REQUIRE(here.risks == 3);

    here.is_broken = false;
    here.client().rewind("p");

    CHECK(here.client().wait(patient, "p", 0ms) == 5 + 5 + 2);
    CHECK(here.risks == 4);
    CHECK(here.client().read(tills["all"])->sum == 5);
    CHECK(here.problems() == "");
}

TEST_CASE("an entity call that had failed is made again") {
    stage here;
    till::is_closed = true;
    here.client().start({.instance = "p"}, patient, 5);
    here.machine.run_until_idle();
    REQUIRE(here.status("p") == runtime_status::failed);

    till::is_closed = false;
    here.client().rewind("p");

    CHECK(here.client().wait(patient, "p", 0ms) == 10);
    CHECK(here.client().read(tills["all"])->sum == 5);
    CHECK(here.problems() == "");
}

TEST_CASE("failed children are rewound with their parent, as deep as they go") {
    stage here;
    here.is_broken = true;
    here.client().start({.instance = "p"}, parent, 1);
    here.machine.run_until_idle();
    REQUIRE(here.status("p") == runtime_status::failed);
    REQUIRE(here.status("p.named") == runtime_status::failed);

    here.is_broken = false;
    here.client().rewind("p");

    CHECK(here.client().wait(parent, "p", 0ms) == 12);
    CHECK(here.status("p.named") == runtime_status::completed);
    CHECK(here.runs == 1 + 2 + 2);
    CHECK(here.problems() == "");
}

TEST_CASE("a child that was purged is started anew by its rewound parent") {
    stage here;
    here.is_broken = true;
    here.client().start({.instance = "p"}, parent, 1);
    here.machine.run_until_idle();
    here.client().purge("p.named");

    here.is_broken = false;
    here.client().rewind("p");

    CHECK(here.client().wait(parent, "p", 0ms) == 12);
    CHECK(here.problems() == "");
}

TEST_CASE("a child that was rewound by itself changes nothing for its parent") {
    stage here;
    here.is_broken = true;
    here.client().start({.instance = "p"}, parent, 1);
    here.machine.run_until_idle();
    here.is_broken = false;

    here.client().rewind("p.named");
    here.machine.run_until_idle();

    CHECK(here.status("p.named") == runtime_status::completed);
    CHECK(here.status("p") == runtime_status::failed);
    CHECK(here.problems() == "");
    here.client().rewind("p");
    CHECK(here.client().wait(parent, "p", 0ms) == 12);
    CHECK(here.problems() == "");
}

TEST_CASE("a parent whose child was terminated is rewound with it") {
    stage here;
    here.client().start({.instance = "a"}, family, 2);
    here.machine.run_until_idle();
    here.client().terminate("a.1");
    here.machine.run_until_idle();
    REQUIRE(here.status("a") == runtime_status::failed);

    here.client().rewind("a");
    here.machine.run_until_idle();

    for (const char* each : {"a", "a.1", "a.1.1"})
        CHECK(here.status(each) == runtime_status::running);
    here.client().raise("a.1.1", word, 5);
    CHECK(here.client().wait(family, "a", 0ms) == 7);
    CHECK(here.problems() == "");
}

TEST_CASE("events and results that came after the failure stay") {
    stage here;
    here.is_broken = true;
    here.client().start({.instance = "c"}, collector);
    here.machine.run_until_idle();
    here.client().raise("c", word, 100);
    here.machine.run_until_idle();
    REQUIRE(here.status("c") == runtime_status::failed);

    here.is_broken = false;
    here.client().rewind("c");

    CHECK(here.client().wait(collector, "c", 0ms) == 100 + 1 + 2 + 3 + 4);
    CHECK(here.runs == 2);
    CHECK(here.client().read(tills["all"])->sum == 4);
    CHECK(here.problems() == "");
}

TEST_CASE("a timer that the failure had cancelled runs again until it was due") {
    static constexpr orchestration<int()> guarded{"guarded"};
    stage here;
    here.machine.functions.add(guarded, [](orchestration_context& ctx) -> task<int> {
        auto limit = ctx.sleep_for(2h);
        auto risky = ctx.call(risk, 1);
        const int got = co_await risky;
        co_await limit;
        co_return got;
    });
    here.crash();
    here.is_broken = true;
    here.client().start({.instance = "g"}, guarded);
    here.machine.advance(1h);
    here.is_broken = false;

    here.client().rewind("g");

    here.machine.advance(59min);
    CHECK(here.status("g") == runtime_status::running);
    here.machine.advance(2min);
    CHECK(here.status("g") == runtime_status::completed);
    CHECK(here.problems() == "");
}

TEST_CASE("code that threw by itself runs its last step again, with code that was mended") {
    static constexpr orchestration<int(int)> fragile{"fragile"};
    stage here;
    const auto code = [](bool is_mended) {
        return [is_mended](orchestration_context& ctx, int n) -> task<int> {
            const int got = co_await ctx.call(work, n);
            if (!is_mended)
                throw std::logic_error("a bug");
            co_return got + 1;
        };
    };
    here.machine.functions.add(fragile, code(false));
    here.crash();
    here.client().start({.instance = "f"}, fragile, 1);
    here.machine.run_until_idle();
    REQUIRE(here.status("f") == runtime_status::failed);
    here.machine.shut_down();
    here.machine.functions = here.functions();
    here.machine.functions.add(fragile, code(true));
    here.machine.boot();

    here.client().rewind("f");

    CHECK(here.client().wait(fragile, "f", 0ms) == 2);
    CHECK(here.runs == 1);
    CHECK(here.problems() == "");
}

TEST_CASE("code that threw at once begins anew") {
    static constexpr orchestration<int(int)> hasty{"hasty"};
    stage here;
    bool is_mended = false;
    here.machine.functions.add(hasty, [&](orchestration_context& ctx, int n) -> task<int> {
        if (!is_mended)
            throw std::logic_error("a bug");
        co_return co_await ctx.call(work, n);
    });
    here.crash();
    here.client().start({.instance = "h"}, hasty, 3);
    here.machine.run_until_idle();
    REQUIRE(here.status("h") == runtime_status::failed);
    is_mended = true;

    here.client().rewind("h");

    CHECK(here.client().wait(hasty, "h", 0ms) == 3);
    CHECK(here.problems() == "");
}

TEST_CASE("a rewind is one step, and its children follow, wherever the crash falls") {
    for (int crash_at = 0; crash_at < 70; ++crash_at) {
        INFO("after " << crash_at << " steps");
        stage here(static_cast<std::uint64_t>(crash_at));
        here.is_broken = true;
        here.client().start({.instance = "p"}, parent, 1);
        here.machine.run_until_idle();
        here.is_broken = false;

        auto rewinding = here.client().rewind_async("p");
        tests::run_steps(here.machine, crash_at);
        const bool is_told = rewinding.wait_for(0s) == std::future_status::ready;
        here.crash();
        REQUIRE(here.problems() == "");
        here.machine.run_until_idle();

        if (here.status("p") == runtime_status::failed) {
            REQUIRE_FALSE(is_told);
            here.client().rewind("p");
        }
        REQUIRE(here.client().wait(parent, "p", 0ms) == 12);
        REQUIRE(here.problems() == "");
    }
}
