// SPDX-License-Identifier: Apache-2.0
// Replaying stored histories with code, without running it.
#include "tests/framework/check/town_rows.hpp"

using namespace town;

TEST_CASE("with functions, a history is replayed and differences are named") {
    memory_store rows = at_rest();
    const registry same = town::functions();
    CHECK(check::check_rows(rows, &same).replayed == 12);
    CHECK(text_of(check::check_rows(rows, &same)) == "");

    registry changed;
    changed.add(town::sleeper, [](orchestration_context& ctx) -> task<int> {
        co_await ctx.sleep_for(std::chrono::hours(1));
        co_return 1;
    });
    check_options live_only;
    live_only.replay_finished = false;
    const check_report report = check::check_rows(rows, &changed, live_only);
    CHECK(report.replayed == 1);
    REQUIRE(report.problem_count == 1);
    CHECK(report.problems[0].table == "history");
    CHECK(report.problems[0].key == "sleeper");
    CHECK_THAT(report.problems[0].what, Catch::Contains("disagree at event 2"));

    // All others are missing.
    CHECK(check::check_rows(rows, &changed).problem_count == 12);
    CHECK_THAT(text_of(check::check_rows(rows, &changed)),
               Catch::Contains("'painter' is not among"));
}

TEST_CASE("with functions, a custom status must be the one that the code sets") {
    memory_store rows = at_rest();
    edit_instance(rows, "visitor", [](auto& row) { row.custom_status.data = "77"; });
    CHECK(check::check_rows(rows).is_sound());

    const registry functions = town::functions();

    CHECK_THAT(text_of(check::check_rows(rows, &functions)), Catch::Contains("custom status"));
}

TEST_CASE("with functions, those that open requests need must be there") {
    for (memory_store rows : states()) {
        const auto letters = rows.count(table::active);
        if (letters < 2)
            continue;
        registry fewer;
        fewer.add(town::errand, town::run_errand).add(town::household, town::run_household);
        fewer.add(town::sleeper, town::run_sleeper).add(town::visitor, town::run_visitor);
        fewer.add(town::careless, town::run_careless).add(town::painter, town::run_painter);
        CHECK_THAT(text_of(check::check_rows(rows, &fewer)),
                   Catch::Contains("activity 'twice' is not registered"));
        return;
    }
    FAIL("nothing was ever active");
}
