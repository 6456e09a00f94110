// SPDX-License-Identifier: Apache-2.0
// Rows of heartbeats: they are there while an attempt may read them, and what does not belong is
// noticed.
#include "tests/framework/check/town_rows.hpp"

using namespace perdure;
using namespace std::chrono_literals;
using store::table;

namespace {

inline constexpr activity<int(int)> weave{"weave"};
inline constexpr orchestration<int(int)> weaving{"weaving"};

/// Fails once, in the middle of it.
registry loom() {
    registry all;
    all.add(weaving, [](orchestration_context& ctx, int n) -> task<int> {
        const call_options options{.retry =
                                       retry_policy{.first_interval = 1min, .max_attempts = 2}};
        co_return co_await ctx.call(options, weave, n);
    });
    all.add(weave, [](activity_context& ctx, int n) {
        if (ctx.attempt() == 1) {
            ctx.heartbeat(ctx.put(std::string(5000, 'x')));
            throw std::runtime_error("the thread is torn");
        }
        return n;
    });
    return all;
}

/// Between its two attempts.
testing::memory_store torn() {
    testing::computer machine(loom(), {.seed = 1});
    machine.boot();
    machine.client().start({"i"}, weaving, 1);
    machine.run_until_idle();
    return machine.rows;
}

std::string problems(testing::memory_store rows) {
    return town::text_of(check::check_rows(rows, nullptr));
}

} // namespace

TEST_CASE("a heartbeat is kept between two attempts, with its blob") {
    testing::memory_store rows = torn();
    CHECK(rows.count(table::heartbeats) == 1);
    CHECK(rows.count(table::blobs) == 1);
    CHECK(problems(rows) == "");
}

TEST_CASE("a heartbeat goes with the last attempt that could read it, with its blob") {
    testing::computer machine(loom(), {.seed = 1});
    machine.boot();
    machine.client().start({"i"}, weaving, 1);
    machine.advance(2min);
    REQUIRE(machine.client().status("i")->status == runtime_status::completed);
    CHECK(machine.rows.count(table::heartbeats) == 0);
    CHECK(machine.rows.count(table::blobs) == 0);
}

TEST_CASE("a heartbeat of no call, of another execution or of another form is noticed") {
    const auto with = [](auto change) {
        testing::memory_store rows = torn();
        change(rows);
        return problems(rows);
    };
    using Catch::Contains;
    CHECK_THAT(
        with([](auto& rows) {
            store::heartbeat_row row;
            row.execution = "e";
            town::put(rows, table::heartbeats, store::heartbeat_key({"i", 1}), store::encode(row));
        }),
        Contains("heartbeats: i call 1: no attempt can follow"));
    CHECK_THAT(
        with([](auto& rows) {
            auto row = store::decode_heartbeat_row(
                *rows.get(table::heartbeats, store::heartbeat_key({"i", 0})));
            row.execution = "another";
            town::put(rows, table::heartbeats, store::heartbeat_key({"i", 0}), store::encode(row));
        }),
        Contains("no attempt can follow"));
    CHECK_THAT(with([](auto& rows) {
                   town::put(rows, table::heartbeats, store::heartbeat_key({"i", 0}), "\xff");
               }),
               Contains("damaged"));
}
