// SPDX-License-Identifier: Apache-2.0
// Suspending and resuming: nothing runs meanwhile, and nothing that comes meanwhile is lost.
#include "scenarios/control_stage.hpp"

using namespace control_stage;

TEST_CASE("a suspended instance runs no code, and sees what came once it is resumed") {
    stage here;
    here.client().start({.instance = "l"}, listener, 3);
    here.client().raise("l", word, 1);

    here.client().suspend("l", "lunch");
    here.client().raise("l", word, 2);
    here.client().raise("l", word, 3);
    here.machine.run_until_idle();

    CHECK(here.status("l") == runtime_status::suspended);
    CHECK(here.client().status("l")->custom_status.data == "[1]");
    here.client().resume("l", "full");
    CHECK(here.client().wait(listener, "l", 0ms) == std::vector<int>{1, 2, 3});
    CHECK(here.problems() == "");
}

TEST_CASE("the history says when and why an instance was suspended and resumed") {
    stage here;
    here.client().start({.instance = "l"}, listener, 1);
    here.client().suspend("l", "lunch");
    here.client().resume("l", "full");

    std::string story;
    for (const auto& each : here.client().history("l"))
        if (each.kind.starts_with("ExecutionSus") || each.kind.starts_with("ExecutionRes"))
            story += each.kind + " " + each.value.data + " ";
    CHECK(story == "ExecutionSuspended \"lunch\" ExecutionResumed \"full\" ");
}

TEST_CASE("a timer that is due while the instance is suspended has fired when it is resumed") {
    stage here;
    here.client().start({.instance = "s"}, sleeper);
    here.client().suspend("s");

    here.machine.advance(5h);

    CHECK(here.count("s", "TimerFired") == 1);
    CHECK(here.runs == 0);
    here.client().resume("s");
    CHECK(here.client().wait(sleeper, "s", 0ms) == 20);
    CHECK(here.problems() == "");
}

TEST_CASE("a timer of a suspended instance fires after a restart, too") {
    stage here;
    here.client().start({.instance = "s"}, sleeper);
    here.client().suspend("s");
    here.crash();

    here.machine.advance(5h);

    CHECK(here.status("s") == runtime_status::suspended);
    CHECK(here.count("s", "TimerFired") == 1);
    CHECK(here.runs == 0);
    here.crash();
    here.machine.run_until_idle();
    CHECK(here.runs == 0);
    here.client().resume("s");
    CHECK(here.client().wait(sleeper, "s", 0ms) == 20);
    CHECK(here.problems() == "");
}

TEST_CASE("what activities of a suspended instance give is recorded once") {
    stage here;
    auto started = here.client().start_async({.instance = "a"}, family, 0);
    while (!here.client().status("a"))
        tests::run_steps(here.machine, 1);
    auto paused = here.client().suspend_async("a");
    here.machine.run_until_idle();
    paused.get();

    CHECK(here.count("a", "TaskCompleted") == 1);
    here.client().resume("a");
    here.client().raise("a", word, 4);
    CHECK(here.client().wait(family, "a", 0ms) == 4);
    CHECK(here.count("a", "TaskCompleted") == 1);
    CHECK(here.runs == 1);
}

TEST_CASE("suspending twice is suspending once, and resuming what runs changes nothing") {
    stage here;
    here.client().start({.instance = "l"}, listener, 1);

    here.client().resume("l");
    here.client().suspend("l");
    here.client().suspend("l");

    CHECK(here.count("l", "ExecutionSuspended") == 1);
    CHECK(here.count("l", "ExecutionResumed") == 0);
    here.client().resume("l");
    here.client().resume("l");
    CHECK(here.count("l", "ExecutionResumed") == 1);
    here.client().raise("l", word, 1);
    CHECK(here.client().wait(listener, "l", 0ms) == std::vector<int>{1});
}

TEST_CASE("an instance that is unknown or has ended can be neither suspended nor resumed") {
    stage here;
    here.client().start({.instance = "l"}, listener, 0);
    here.machine.run_until_idle();

    CHECK(errc_of([&] { here.client().suspend("nobody"); }) == errc::not_found);
    CHECK(errc_of([&] { here.client().resume("nobody"); }) == errc::not_found);
    CHECK(errc_of([&] { here.client().suspend("l"); }) == errc::instance_finished);
    CHECK(errc_of([&] { here.client().resume("l"); }) == errc::instance_finished);
}

TEST_CASE("a suspended instance can be terminated, and what came meanwhile is never seen") {
    stage here;
    here.client().start({.instance = "s"}, sleeper);
    here.client().suspend("s");
    here.machine.advance(2h);

    here.client().terminate("s");
    here.machine.run_until_idle();

    CHECK(here.status("s") == runtime_status::terminated);
    CHECK(here.runs == 0);
    CHECK(here.problems() == "");
}

TEST_CASE("a suspended instance costs a restart nothing but its row") {
    stage here;
    here.client().start({.instance = "l"}, listener, 1);
    here.client().suspend("l");
    here.client().raise("l", word, 1);
    here.crash();
    here.machine.run_until_idle();

    CHECK(here.machine.hub().metrics().replays == 0);
    CHECK(here.machine.hub().metrics().live_orchestrations == 0);
    here.client().resume("l");
    CHECK(here.client().wait(listener, "l", 0ms) == std::vector<int>{1});
}

TEST_CASE("a suspended instance whose code is missing is resumed once the code is back") {
    stage here;
    here.client().start({.instance = "l"}, listener, 2);
    here.client().suspend("l");
    here.machine.shut_down();
    here.machine.functions = registry();
    here.machine.boot();
    here.client().raise("l", word, 1);
    here.client().resume("l");
    here.client().raise("l", word, 2);
    here.machine.run_until_idle();
    CHECK(here.problems(false) == "");
    here.machine.shut_down();
    here.machine.functions = here.functions();
    here.machine.boot();

    CHECK(here.client().wait(listener, "l", 0ms) == std::vector<int>{1, 2});
    CHECK(here.problems() == "");
}

TEST_CASE("acknowledged suspensions and events hold wherever the crash falls") {
    for (int crash_at = 0; crash_at < 60; ++crash_at) {
        INFO("after " << crash_at << " steps");
        stage here(static_cast<std::uint64_t>(crash_at));
        auto started = here.client().start_async({.instance = "l"}, listener, 2);
        auto first = here.client().raise_async("l", word, 1);
        auto paused = here.client().suspend_async("l");
        auto second = here.client().raise_async("l", word, 2);
        tests::run_steps(here.machine, crash_at);
        const auto is_done = [](auto& call) {
            return call.wait_for(0s) == std::future_status::ready;
        };
        const bool was_started = is_done(started), was_first = is_done(first),
                   was_paused = is_done(paused), was_second = is_done(second);
        here.crash();
        here.machine.run_until_idle();

        REQUIRE(here.problems() == "");
        if (!was_started)
            continue;
        if (was_paused)
            REQUIRE(here.status("l") == runtime_status::suspended);
        REQUIRE(here.count("l", "EventRaised") >= (was_first ? 1 : 0) + (was_second ? 1 : 0));
        if (was_second) {
            REQUIRE(here.client().status("l")->custom_status.data == "[1]");
            here.client().resume("l");
            REQUIRE(here.client().wait(listener, "l", 0ms) == std::vector<int>{1, 2});
        }
    }
}
