// SPDX-License-Identifier: Apache-2.0
// Purging and restarting: what has ended goes without a trace, or begins anew in the same instant.
#include "scenarios/control_stage.hpp"

using namespace control_stage;
using store::table;

TEST_CASE("a purged instance leaves no row and no blob") {
    stage here;
    here.client().start({.instance = "l"}, luggage, "abc");
    here.machine.run_until_idle();
    REQUIRE(here.machine.rows.count(table::blobs) > 0);

    CHECK(here.client().purge("l").deleted == 1);

    for (const table each : {table::instances, table::history, table::inbox, table::timers,
                             table::active, table::blobs, table::blob_counts})
        CHECK(here.machine.rows.count(each) == 0);
    CHECK_FALSE(here.client().status("l"));
    CHECK(errc_of([&] { here.client().history("l"); }) == errc::not_found);
    CHECK(errc_of([&] { here.client().raise("l", word, 1); }) == errc::not_found);
    CHECK(here.problems() == "");
}

TEST_CASE("an instance that has not ended is not purged") {
    stage here;
    here.client().start({.instance = "s"}, sleeper);
    CHECK(errc_of([&] { here.client().purge("s"); }) == errc::not_finished);
    here.client().suspend("s");
    CHECK(errc_of([&] { here.client().purge("s"); }) == errc::not_finished);
    here.client().terminate("s");
    CHECK(here.client().purge("s").deleted == 1);
}

TEST_CASE("purging what is not there removes nothing") {
    stage here;
    CHECK(here.client().purge("nobody").deleted == 0);
    CHECK(errc_of([&] { here.client().purge("@e@k"); }) == errc::invalid_argument);
}

TEST_CASE("a purge takes the children that have ended along, and leaves those that run") {
    stage here;
    here.client().start({.instance = "a"}, family, 2);
    here.client().start({.instance = "b"}, family, 2);
    here.machine.run_until_idle();
    here.client().terminate("a", "", {.recursive = false});
    here.client().raise("b.1.1", word, 1);
    here.machine.run_until_idle();

    CHECK(here.client().purge("a").deleted == 1);
    CHECK(here.client().purge("b").deleted == 3);

    CHECK(here.status("a.1") == runtime_status::running);
    CHECK(here.machine.rows.count(table::instances) == 2);
    CHECK(here.problems() == "");
    here.client().raise("a.1.1", word, 1);
    here.machine.run_until_idle();
    CHECK(here.status("a.1") == runtime_status::completed);
    CHECK(here.problems() == "");
}

TEST_CASE("a purge without recursion leaves the children") {
    stage here;
    here.client().start({.instance = "a"}, family, 1);
    here.machine.run_until_idle();
    here.client().raise("a.1", word, 1);
    here.machine.run_until_idle();

    CHECK(here.client().purge("a", {.recursive = false}).deleted == 1);

    CHECK(here.status("a.1") == runtime_status::completed);
    CHECK(here.problems() == "");
}

TEST_CASE("a filter chooses what is purged, and what has not ended stays") {
    stage here;
    for (int i = 0; i < 450; ++i)
        here.client().start({.instance = "l" + std::to_string(i)}, listener, 0);
    here.client().start({.instance = "s1"}, sleeper);
    here.client().start({.instance = "s2"}, sleeper);
    here.machine.run_until_idle();
    here.client().terminate("s2");

    CHECK(here.client().purge_all({.statuses = {runtime_status::terminated}}).deleted == 1);
    CHECK(here.client().purge_all({.name = "nothing"}).deleted == 0);
    CHECK(here.client().purge_all({.id_prefix = "l1"}).deleted == 111);
    CHECK(here.client().purge_all({}).deleted == 339);

    CHECK(here.machine.rows.count(table::instances) == 1);
    CHECK(here.status("s1") == runtime_status::running);
    CHECK(here.problems() == "");
}

TEST_CASE("an id is free again after a purge") {
    stage here;
    here.client().start({.instance = "x"}, listener, 0);
    here.machine.run_until_idle();
    auto gone = here.client().purge_async("x");
    auto started = here.client().start_async({.instance = "x"}, sleeper);
    here.machine.run_until_idle();

    CHECK(gone.get().deleted == 1);
    CHECK(started.get() == "x");
    CHECK(here.client().wait(sleeper, "x", 2h) == 20);
    CHECK(here.problems() == "");
}

TEST_CASE("an instance is purged whole or not at all, children first, wherever the crash falls") {
    for (int crash_at = 0; crash_at < 40; ++crash_at) {
        INFO("after " << crash_at << " steps");
        stage here(static_cast<std::uint64_t>(crash_at));
        here.client().start({.instance = "a"}, family, 2);
        here.machine.run_until_idle();
        here.client().raise("a.1.1", word, 1);
        here.machine.run_until_idle();

        auto purging = here.client().purge_async("a");
        tests::run_steps(here.machine, crash_at);
        const bool is_told = purging.wait_for(0s) == std::future_status::ready;
        here.crash();

        REQUIRE(here.problems() == "");
        if (is_told)
            REQUIRE(here.machine.rows.count(table::instances) == 0);
        if (here.client().status("a.1.1"))
            REQUIRE(here.client().status("a.1"));
        if (here.client().status("a.1"))
            REQUIRE(here.client().status("a"));
        here.client().purge("a");
        REQUIRE(here.machine.rows.count(table::instances) == 0);
        REQUIRE(here.machine.rows.count(table::history) == 0);
    }
}

TEST_CASE("an instance begins anew under its id, with its input, and what was before is gone") {
    stage here;
    here.client().start({.instance = "l"}, luggage, std::string(300, 'x'));
    here.machine.run_until_idle();
    const auto before = here.client().history("l");

    CHECK(here.client().restart("l") == "l");
    here.machine.run_until_idle();

    const auto after = here.client().history("l");
    CHECK(here.client().wait(luggage, "l", 0ms) == 600);
    CHECK(after.size() == before.size());
    CHECK(after[1].time >= before.back().time);
    CHECK(here.problems() == "");
}

TEST_CASE("an instance that has not ended is not restarted under its id, only copied") {
    stage here;
    here.client().start({.instance = "s"}, sleeper);
    here.machine.advance(10min);

    CHECK(errc_of([&] { here.client().restart("s"); }) == errc::not_finished);
    CHECK(errc_of([&] { here.client().restart("nobody"); }) == errc::not_found);
    const auto copy = here.client().restart("s", {.with_new_id = true});

    CHECK(copy != "s");
    CHECK(here.client().wait(sleeper, copy, 2h) == 20);
    CHECK(here.client().wait(sleeper, "s", 2h) == 20);
}

TEST_CASE("a restarted child leaves its parent alone") {
    stage here;
    here.client().start({.instance = "a"}, family, 1);
    here.machine.run_until_idle();
    here.client().raise("a.1", word, 1);
    here.machine.run_until_idle();
    REQUIRE(here.status("a") == runtime_status::completed);

    here.client().restart("a.1");
    here.machine.run_until_idle();
    here.client().raise("a.1", word, 7);
    here.machine.run_until_idle();

    CHECK(here.client().wait(family, "a", 0ms) == 2);
    CHECK(here.client().wait(family, "a.1", 0ms) == 7);
    CHECK(here.client().status("a.1")->parent.empty());
    CHECK(here.problems() == "");
}

TEST_CASE("a restart is one step: the crash finds the old instance or the new one, never none") {
    for (int crash_at = 0; crash_at < 25; ++crash_at) {
        INFO("after " << crash_at << " steps");
        stage here(static_cast<std::uint64_t>(crash_at));
        here.client().start({.instance = "c"}, chain, 1);
        here.machine.run_until_idle();
        REQUIRE(here.runs == 2);

        auto restarting = here.client().restart_async("c");
        tests::run_steps(here.machine, crash_at);
        const bool is_told = restarting.wait_for(0s) == std::future_status::ready;
        here.crash();

        REQUIRE(here.problems() == "");
        REQUIRE(here.client().status("c"));
        here.machine.run_until_idle();
        REQUIRE(here.client().wait(chain, "c", 0ms) == 6);
        if (is_told)
            REQUIRE(here.runs >= 4);
        REQUIRE(here.problems() == "");
    }
}
