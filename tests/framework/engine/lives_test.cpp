// SPDX-License-Identifier: Apache-2.0
// Where lives begin and end, seen from inside: what is on disk at every moment, and what an
// execution that is gone may not do to the next one.
#include "catch.hpp"
#include "tests/framework/stepping.hpp"

#include <perdure/perdure.hpp>

using namespace perdure;
using namespace std::chrono_literals;
using store::table;

namespace {

inline constexpr activity<int(int)> work{"work"};
inline constexpr event<int> word{"word"};
inline constexpr orchestration<int(int, std::string)> loop{"loop"};
inline constexpr orchestration<int(int)> child{"child"};
inline constexpr orchestration<int(int)> nap{"nap"};

/// Leaves much open behind it, and takes a large text along.
task<int> run_loop(orchestration_context& ctx, int left, std::string text) {
    auto forgotten = ctx.call(work, left);
    auto orphan = ctx.call(child, left);
    auto pause = ctx.sleep_for(1h);
    ctx.start({.start_at = ctx.now() + 1h}, child, left);
    const int heard = co_await ctx.wait_for(word);
    if (left == 0)
        co_return heard;
    ctx.set_status(text);
    ctx.continue_as_new(loop, left - 1, text + std::string(1000, 'x'));
}

task<int> run_child(orchestration_context& ctx, int n) {
    const int same = co_await ctx.call(work, n);
    co_return same;
}

task<int> run_nap(orchestration_context& ctx, int naps) {
    auto sleep = ctx.sleep_for(naps == 0 ? 1h : 2h);
    if (naps == 0) {
        co_await ctx.wait_for(word);
        ctx.continue_as_new(nap, 1);
    }
    co_await sleep;
    co_return naps;
}

registry functions() {
    registry all;
    all.add(work, [](int n) { return n; });
    all.add(loop, run_loop).add(child, run_child).add(nap, run_nap);
    return all;
}

/// Kept events, a start for later, three executions, and the id used again.
void tell_story(client clients) {
    std::vector<std::future<void>> told;
    for (int i = 0; i < 4; ++i)
        told.push_back(
            clients.raise_async("l", word, i, {.key = std::to_string(i), .keep_for = 1h}));
    auto other = clients.raise_async("nobody", word, 7, {.keep_for = 30min});
    auto first = clients.start_async({.instance = "l", .delay = 5min}, loop, 2, "text");
}

} // namespace

TEST_CASE("whenever the power goes, what is left of executions is whole and sound") {
    for (std::size_t steps = 0; steps < 160; ++steps) {
        INFO("after " << steps << " steps");
        testing::computer machine(functions(), tests::with_blobs(steps));
        machine.boot();
        tell_story(machine.client());
        for (std::size_t i = 0; i < steps; ++i)
            if (!machine.run_one_job())
                machine.skip_time(machine.clock.mono() + 10min);
        machine.rows.power_cut(machine.rows.unsynced());
        machine.kill_power();
        machine.boot();

        REQUIRE(tests::problems(machine) == "");
        machine.advance(3h);
        REQUIRE(tests::problems(machine) == "");
    }
}

TEST_CASE("what executions refer to is counted to the end") {
    testing::computer machine(functions(), tests::with_blobs(1));
    machine.boot();
    tell_story(machine.client());
    machine.advance(3h);
    REQUIRE(machine.client().status("l")->status == runtime_status::completed);
    CHECK(machine.rows.count(table::kept) == 0);
    CHECK(machine.rows.count(table::timers) == 0);
    CHECK(machine.rows.count(table::active) == 0);

    machine.client().start({.instance = "l"}, child, 1);
    machine.run_until_idle();

    CHECK(machine.rows.count(table::blobs) == 0);
    CHECK(tests::problems(machine) == "");
}

TEST_CASE("a late word of a timer of the execution before means nothing to the next one") {
    testing::computer machine(functions(), tests::with_blobs(1));
    machine.boot();
    machine.client().start({.instance = "n"}, nap, 0);
    const timestamp due = machine.clock.wall() + 1h;
    machine.client().raise("n", word, 1);
    machine.run_until_idle();

    machine.hub().services().routes->send("n", actors::timer_mail{0, due});
    machine.run_until_idle();

    CHECK(machine.client().status("n")->status == runtime_status::running);
    machine.advance(2h);
    CHECK(machine.client().status("n")->status == runtime_status::completed);
}

TEST_CASE("the rows of an instance that continues as new do not become more") {
    testing::computer machine(functions(), tests::with_blobs(1));
    machine.boot();
    machine.client().start({.instance = "l"}, loop, 30, "");
    machine.run_until_idle();
    const auto before = machine.rows.count(table::history);

    for (int i = 0; i < 20; ++i) {
        machine.client().raise("l", word, i);
        machine.run_until_idle();
    }

    // Each execution has started two instances, of which one has run.
    CHECK(machine.rows.count(table::history) <= before + 20 * 4);
    CHECK(machine.client().history("l").size() < 12);
}
