// SPDX-License-Identifier: Apache-2.0
// Terminating: at once, whatever the instance is doing, and its children with it.
#include "scenarios/control_stage.hpp"

using namespace control_stage;

namespace {

const std::vector<std::string> line = {"a", "a.1", "a.1.1"};

} // namespace

TEST_CASE("a terminated instance has its status, the reason as output, and no timer") {
    stage here;
    here.client().start({.instance = "s"}, sleeper);
    here.machine.run_until_idle();

    here.client().terminate("s", "no longer wanted");

    const auto seen = here.client().status("s").value();
    CHECK(seen.status == runtime_status::terminated);
    CHECK(seen.output.data == "\"no longer wanted\"");
    here.machine.advance(2h);
    CHECK(here.runs == 0);
    CHECK(here.count("s", "ExecutionTerminated") == 1);
    CHECK(here.count("s", "TimerCanceled") == 1);
    CHECK(here.problems() == "");
}

TEST_CASE("who waits for a terminated instance gets a failure that gives the reason") {
    stage here;
    here.client().start({.instance = "s"}, sleeper);
    here.client().terminate("s", "enough");

    try {
        here.client().wait(sleeper, "s", 1h);
        FAIL("it has no result");
    } catch (const task_failed& failed) {
        CHECK(failed.details().type == "perdure::terminated");
        CHECK(failed.details().message == "it was terminated: enough");
    }
}

TEST_CASE("who waits already hears of the termination") {
    stage here;
    runtime_status heard = runtime_status::running;
    here.client().start(
        {.instance = "s", .on_finished = [&](const auto& seen) { heard = seen.status; }}, sleeper);

    here.client().terminate("s");
    here.machine.run_until_idle();

    CHECK(heard == runtime_status::terminated);
}

TEST_CASE("what is sent before the termination is handled, what is sent after it is refused") {
    stage here;
    here.client().start({.instance = "l"}, listener, 3);
    auto before = here.client().raise_async("l", word, 1);
    auto end = here.client().terminate_async("l");
    auto after = here.client().raise_async("l", word, 2);
    here.machine.run_until_idle();

    CHECK_NOTHROW(before.get());
    CHECK_NOTHROW(end.get());
    CHECK(errc_of([&] { after.get(); }) == errc::instance_finished);
    CHECK(here.client().status("l")->custom_status.data == "[1]");
}

TEST_CASE("an instance that is unknown or has ended can't be terminated") {
    stage here;
    here.client().start({.instance = "l"}, listener, 0);
    here.machine.run_until_idle();

    CHECK(errc_of([&] { here.client().terminate("nobody"); }) == errc::not_found);
    CHECK(errc_of([&] { here.client().terminate("l"); }) == errc::instance_finished);
    CHECK(errc_of([&] { here.client().terminate(""); }) == errc::invalid_argument);
    CHECK(errc_of([&] { here.client().terminate("@e@k"); }) == errc::invalid_argument);
    CHECK(here.status("l") == runtime_status::completed);
}

TEST_CASE("terminating reaches children and their children") {
    stage here;
    here.client().start({.instance = "a"}, family, 2);
    here.machine.run_until_idle();

    here.client().terminate("a", "the end");
    here.machine.run_until_idle();

    for (const auto& each : line) {
        CHECK(here.status(each) == runtime_status::terminated);
        CHECK(here.client().status(each)->output.data == "\"the end\"");
    }
    CHECK(here.problems() == "");
}

TEST_CASE("terminating without recursion leaves the children to themselves") {
    stage here;
    here.client().start({.instance = "a"}, family, 2);
    here.machine.run_until_idle();

    here.client().terminate("a", "", {.recursive = false});
    here.client().raise("a.1.1", word, 5);
    here.machine.run_until_idle();

    CHECK(here.status("a") == runtime_status::terminated);
    CHECK(here.client().wait(family, "a.1", 0ms) == 6);
    CHECK(here.problems() == "");
}

TEST_CASE("a parent sees its terminated child as a failure") {
    stage here;
    here.client().start({.instance = "a"}, family, 1);
    here.machine.run_until_idle();

    here.client().terminate("a.1", "not you");
    here.machine.run_until_idle();

    const auto seen = here.client().status("a").value();
    REQUIRE(seen.failed);
    CHECK(seen.failed->message == "orchestration 'family' failed: it was terminated: not you");
    REQUIRE(seen.failed->cause);
    CHECK(seen.failed->cause->type == "perdure::terminated");
    CHECK(here.problems() == "");
}

TEST_CASE("an instance that only has the id of a child is not terminated with the parent") {
    stage here;
    here.client().start({.instance = "a.1"}, sleeper);
    here.client().start({.instance = "a"}, family, 1);
    auto end = here.client().terminate_async("a");
    here.machine.run_until_idle();

    CHECK(here.status("a.1") == runtime_status::running);
    CHECK(here.client().wait(sleeper, "a.1", 2h) == 20);
}

TEST_CASE("a reason too large for a row is kept out of line, and goes with the instances") {
    stage here;
    const std::string reason(1000, 'x');
    here.client().start({.instance = "a"}, family, 2);
    here.machine.run_until_idle();

    here.client().terminate("a", reason);
    here.crash();
    here.machine.run_until_idle();

    CHECK(here.client().status("a.1.1")->output.data == "\"" + reason + "\"");
    CHECK(here.problems() == "");
}

TEST_CASE("a held instance can be terminated, with what it has open") {
    stage here;
    here.client().start({.instance = "a"}, family, 1);
    here.client().start({.instance = "s"}, sleeper);
    here.machine.run_until_idle();
    here.machine.shut_down();
    here.machine.functions = registry();
    here.machine.boot();

    here.client().terminate("a");
    here.client().terminate("s");
    here.machine.run_until_idle();

    for (const char* each : {"a", "a.1", "s"}) {
        CHECK(here.status(each) == runtime_status::terminated);
        CHECK_FALSE(here.client().status(each)->held);
    }
    CHECK(here.problems(false) == "");
    here.machine.shut_down();
    here.machine.functions = here.functions();
    here.machine.boot();
    CHECK(here.problems() == "");
}

TEST_CASE("an event that a held instance has just recorded does not lose what is open") {
    stage here;
    here.client().start({.instance = "s"}, sleeper);
    here.machine.run_until_idle();
    here.machine.shut_down();
    here.machine.functions = registry();
    here.machine.boot();

    auto told = here.client().raise_async("s", word, 1);
    auto end = here.client().terminate_async("s");
    here.machine.run_until_idle();

    told.get();
    end.get();
    CHECK(here.count("s", "TimerCanceled") == 1);
    CHECK(here.problems(false) == "");
}

TEST_CASE("an acknowledged termination holds for the whole family, wherever the crash falls") {
    for (int before = 0; before < 60; before += 3) {
        for (int after = 0; after < 24; ++after) {
            INFO("terminated after " << before << " steps, crashed " << after << " later");
            stage here(static_cast<std::uint64_t>(before));
            auto started = here.client().start_async({.instance = "a"}, family, 2);
            tests::run_steps(here.machine, before);
            bool is_told = false;
            {
                auto end = here.client().terminate_async("a");
                tests::run_steps(here.machine, after);
                if (end.wait_for(0s) == std::future_status::ready) {
                    try {
                        end.get();
                        is_told = true;
                    } catch (const error&) {
                        // it was too early, or it is too late
                    }
                }
            }
            here.crash();
            here.machine.run_until_idle();

            REQUIRE(here.problems() == "");
            if (!is_told)
                continue;
            REQUIRE(here.status("a") == runtime_status::terminated);
            for (const auto& each : line)
                if (const auto seen = here.client().status(each))
                    REQUIRE(seen->status == runtime_status::terminated);
            const int runs = here.runs;
            here.machine.advance(2000h);
            REQUIRE(here.runs == runs);
        }
    }
}
