// SPDX-License-Identifier: Apache-2.0
// The rules of kept events, scheduled and detached starts, and of executions that follow others.
#include "tests/framework/check/town_rows.hpp"

using namespace perdure;
using namespace perdure::history;
using namespace std::chrono_literals;
using namespace town;

namespace {

inline constexpr perdure::event<int> ring{"ring"};
inline constexpr orchestration<int(int)> bell{"bell"};
inline constexpr orchestration<void()> ringer{"ringer"};

task<int> run_bell(orchestration_context& ctx, int rung) {
    rung += co_await ctx.wait_for(ring);
    if (rung > 100)
        co_return rung;
    ctx.continue_as_new(bell, rung);
}

task<void> run_ringer(orchestration_context& ctx) {
    ctx.start({.instance = "struck", .start_at = ctx.now() + 24h}, bell, 5);
    co_await ctx.wait_for(ring);
}

/// A kept event, a scheduled instance, one that has continued twice, and one that starts another.
/// If asked to, catches the moment at which that start is on its way, if there was one.
std::optional<memory_store> try_bells(std::uint64_t seed, bool must_catch_start) {
    std::optional<memory_store> caught;
    registry all;
    all.add(bell, run_bell).add(ringer, run_ringer);
    testing::computer machine(all, small_town(seed));
    machine.boot();
    perdure::client& clients = machine.client();
    clients.raise("nobody", ring, 1, {.keep_for = 24h});
    clients.start({.instance = "later", .delay = 24h}, bell, 0);
    clients.start({.instance = "twice"}, bell, 0);
    clients.raise("twice", ring, 1);
    clients.raise("twice", ring, 2);
    machine.run_until_idle();
    clients.start({.instance = "ringer"}, ringer);
    machine.rows.on_write = [&] {
        if (!caught && find_letter<execution_started>(machine.rows))
            caught = machine.rows;
        return memory_store::outcome::done;
    };
    if (find_letter<execution_started>(machine.rows))
        caught = machine.rows;
    machine.run_until_idle();
    if (!must_catch_start)
        caught = machine.rows;
    if (caught)
        caught->on_write = nullptr;
    return caught;
}

memory_store run_bells(bool must_catch_start) {
    for (std::uint64_t seed = 1; seed < 100; ++seed)
        if (auto caught = try_bells(seed, must_catch_start))
            return *caught;
    throw std::logic_error("the start was never on disk");
}

memory_store at_night() {
    return run_bells(false);
}

std::string timer_of(memory_store& rows, std::string_view instance) {
    for (const auto& row : rows_of(rows, table::timers))
        if (store::parse_timer_key(row.key).instance == instance)
            return row.key;
    throw std::logic_error("there is no such timer");
}

} // namespace

TEST_CASE("broken rules of kept events") {
    expect_all({
        {"it decodes",
         at_night,
         [](auto& rows) { put(rows, table::kept, first_key(rows, table::kept), "\x0a\xff"); },
         {"kept", "", "damaged"}},
        {"it has a timer",
         at_night,
         [](auto& rows) { remove(rows, table::timers, timer_of(rows, "nobody")); },
         {"timers", "", "an event is kept until then"}},
        {"a timer has an event",
         at_night,
         [](auto& rows) { remove(rows, table::kept, first_key(rows, table::kept)); },
         {"timers", "", "no such timer is open"}},
        {"there is no instance",
         at_night,
         [](auto& rows) {
             const auto row = rows_of(rows, table::kept).at(0);
             const auto event = store::decode_kept_event(*row.value);
             put(rows, table::kept, store::kept_key("twice", 0), *row.value);
             put(rows, table::timers, store::timer_key({event.expires, "twice", store::keep_timer}),
                 "");
         },
         {"kept", "", "was not delivered"}},
    });
}

TEST_CASE("broken rules of scheduled and detached starts and of continued executions") {
    expect_all({
        {"a scheduled instance has a timer",
         at_night,
         [](auto& rows) { remove(rows, table::timers, timer_of(rows, "later")); },
         {"timers", "", "the timer is open"}},
        {"and needs nobody until then",
         at_night,
         [](auto& rows) { put(rows, table::active, "later", ""); },
         {"active", "later", "has no work"}},
        {"a continued execution runs",
         at_night,
         [](auto& rows) {
             edit_instance(rows, "twice", [](auto& row) { row.status = runtime_status::pending; });
         },
         {"instances", "twice", "history adds up to Running"}},
        {"who continues has a next execution",
         at_night,
         [](auto& rows) {
             edit_instance(rows, "twice",
                           [](auto& row) { row.status = runtime_status::continued_as_new; });
             edit_step(rows, "twice", 1, [](step& last) {
                 last.decided.push_back(execution_continued{"bell", {}});
             });
         },
         {"instances", "twice", "there is no next execution"}},
        {"a detached start was asked for",
         [] { return run_bells(true); },
         [](auto& rows) {
             edit_letter<execution_started>(rows, [](auto& sent) {
                 std::get<execution_started>(sent.body).input.data = "77";
             });
         },
         {"inbox", "", "no such request"}},
    });
}

TEST_CASE("who was asked to continue as another function is the child that was asked for") {
    // The parent's history names what it started, the child's row what it has become.
    static constexpr orchestration<int()> mother{"mother"};
    registry all;
    all.add(bell, run_bell).add(mother, [](orchestration_context& ctx) -> task<int> {
        const int rung = co_await ctx.call_as("child", bell, 0);
        co_return rung;
    });
    testing::computer machine(all, small_town(1));
    machine.boot();
    machine.client().start({.instance = "mother"}, mother);
    machine.run_until_idle();
    machine.client().raise("child", ring, 1);
    machine.run_until_idle();
    CHECK(text_of(check::check_rows(machine.rows, &all)) == "");

    edit_instance(machine.rows, "child", [](auto& row) { row.started_as = "another start"; });
    CHECK_THAT(text_of(check::check_rows(machine.rows)),
               Catch::Contains("started another function"));
}
