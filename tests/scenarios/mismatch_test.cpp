// SPDX-License-Identifier: Apache-2.0
// Code that disagrees with a history, or is missing: the instance is held, nothing is lost, and it
// goes on under the right code.
#include "scenarios/scene.hpp"

namespace {

inline constexpr perdure::event<int> number{"number"};
inline constexpr perdure::activity<int()> work{"work"};
inline constexpr perdure::activity<int()> other_work{"other_work"};
inline constexpr perdure::orchestration<int()> job{"job"};
inline constexpr perdure::orchestration<int()> parent{"parent"};

using context = perdure::orchestration_context;

template <const perdure::activity<int()>& Activity>
perdure::task<int> good(context& ctx) {
    const int given = co_await ctx.call(Activity);
    co_return given + co_await ctx.wait_for(number);
}

perdure::task<int> asks_for_more(context& ctx) {
    auto extra = ctx.call(work);
    const int given = co_await ctx.call(work);
    co_return given + co_await ctx.wait_for(number);
}

perdure::task<int> asks_for_nothing(context& ctx) {
    co_return co_await ctx.wait_for(number);
}

perdure::task<int> call_job(context& ctx) {
    co_return 100 + co_await ctx.call_as("the job", job);
}

template <class F>
perdure::registry working(F body) {
    perdure::registry functions;
    functions.add(work, [] { return 7; });
    functions.add(other_work, [] { return 8; });
    functions.add(job, body);
    functions.add(parent, call_job);
    return functions;
}

/// Starts `job` under good code and leaves it waiting for its event.
std::string start_job(scenes::scene& hub) {
    const auto id = hub.client().start({.instance = "the job"}, job);
    REQUIRE(hub.await(id, "TaskCompleted"));
    return id;
}

} // namespace

TEST_CASE("changed code is held, and the status names the event, what it is and what was asked") {
    scenes::scene hub(working(good<work>));
    const auto id = start_job(hub);

    hub.reopen(working(good<other_work>));
    hub.client().raise(id, number, 1);

    REQUIRE(scenes::eventually([&] { return hub.client().status(id)->held.has_value(); }));
    const auto reason = *hub.client().status(id)->held;
    CHECK(scenes::has(reason, "at event 2: history has TaskScheduled #0 'work'"));
    CHECK(scenes::has(reason, "the code asked for TaskScheduled #0 'other_work'"));
    CHECK(hub.client().history(id)[2].name == "work");
    CHECK(hub.log.count("is held") == 1);
}

TEST_CASE("waiting for a held instance says so at once") {
    scenes::scene hub(working(good<work>));
    const auto id = start_job(hub);

    hub.reopen(working(good<other_work>));
    hub.client().raise(id, number, 1);

    CHECK(scenes::errc_of([&] { hub.wait(job, id); }) == perdure::errc::held);
}

TEST_CASE("code that asks for more or for less than its history is held") {
    const bool is_more = GENERATE(true, false);
    scenes::scene hub(working(good<work>));
    const auto id = start_job(hub);

    hub.reopen(is_more ? working(asks_for_more) : working(asks_for_nothing));
    hub.client().raise(id, number, 1);

    const auto held = scenes::thrown_by<perdure::error>([&] { hub.wait(job, id); });
    CHECK(held.code() == perdure::errc::held);
    CHECK(scenes::has(held.what(), is_more ? "history has nothing more here"
                                           : "the code asked for nothing more"));
}

TEST_CASE("a held instance goes on under the right code with the events it was sent meanwhile") {
    scenes::scene hub(working(good<work>));
    const auto id = start_job(hub);
    hub.reopen(working(good<other_work>));
    hub.client().raise(id, number, 30);
    REQUIRE(scenes::errc_of([&] { hub.wait(job, id); }) == perdure::errc::held);

    hub.reopen(working(good<work>));

    CHECK(hub.wait(job, id) == 37);
    CHECK_FALSE(hub.client().status(id)->held);
}

TEST_CASE("a held instance is held again when the hub is opened with the wrong code again") {
    scenes::scene hub(working(good<work>));
    const auto id = start_job(hub);
    hub.reopen(working(good<other_work>));
    hub.client().raise(id, number, 30);

    hub.reopen();

    CHECK(scenes::errc_of([&] { hub.wait(job, id); }) == perdure::errc::held);
    hub.reopen(working(good<work>));
    CHECK(hub.wait(job, id) == 37);
}

TEST_CASE("the parent of a held child is not held and gets its result in the end") {
    scenes::scene hub(working(good<work>));
    const auto id = hub.client().start(parent);
    REQUIRE(scenes::eventually([&] { return hub.client().status("the job").has_value(); }));
    REQUIRE(hub.await("the job", "TaskCompleted"));
    hub.reopen(working(good<other_work>));
    hub.client().raise("the job", number, 30);
    REQUIRE(scenes::errc_of([&] { hub.wait(job, "the job"); }) == perdure::errc::held);
    CHECK_FALSE(hub.client().status(id)->held);

    hub.reopen(working(good<work>));

    CHECK(hub.wait(parent, id) == 137);
}

TEST_CASE("an instance whose activity is not registered is held until it is") {
    perdure::registry without;
    without.add(job, good<work>);
    scenes::scene hub(without);
    const auto id = hub.client().start(job);

    const auto held = scenes::thrown_by<perdure::error>([&] { hub.wait(job, id); });
    CHECK(held.code() == perdure::errc::held);
    CHECK(scenes::has(held.what(), "activity 'work' is not registered"));

    hub.reopen(working(good<work>));
    hub.client().raise(id, number, 3);
    CHECK(hub.wait(job, id) == 10);
}

TEST_CASE("an instance whose orchestration is not registered any more is held until it is") {
    scenes::scene hub(working(good<work>));
    const auto id = start_job(hub);

    perdure::registry without;
    without.add(work, [] { return 7; });
    hub.reopen(without);
    hub.client().raise(id, number, 3);
    const auto held = scenes::thrown_by<perdure::error>([&] { hub.wait(job, id); });
    CHECK(scenes::has(held.what(), "orchestration 'job' is not registered"));

    hub.reopen(working(good<work>));
    CHECK(hub.wait(job, id) == 10);
}

TEST_CASE("a held instance is not started again and not taken by another start") {
    scenes::scene hub(working(good<work>));
    const auto id = start_job(hub);
    hub.reopen(working(good<other_work>));
    hub.client().raise(id, number, 1);
    REQUIRE(scenes::errc_of([&] { hub.wait(job, id); }) == perdure::errc::held);

    CHECK(hub.client().start({.instance = id}, job) == id);
    CHECK(scenes::errc_of([&] { hub.client().start({.instance = id}, parent); }) ==
          perdure::errc::instance_exists);
    CHECK(hub.count(id, "ExecutionStarted") == 1);
}

TEST_CASE("what a held instance has recorded is not run or recorded again") {
    static constexpr perdure::orchestration<int()> greedy{"greedy"};
    const auto ask = [](context& ctx) -> perdure::task<int> {
        const int given = co_await ctx.call(work);
        co_return given + co_await ctx.call(other_work);
    };
    scenes::gate door;
    std::atomic<int> runs{0};
    perdure::registry functions; // without other_work
    functions.add(greedy, ask).add(work, [&](perdure::activity_context& ctx) {
        if (++runs > 1)
            door.pass(ctx);
        return 7;
    });
    perdure::hub_options options;
    options.idle_max = std::chrono::milliseconds(20);
    scenes::scene hub(functions, options);
    const auto id = hub.client().start(greedy);
    REQUIRE(hub.await(id, "TaskCompleted"));

    hub.reopen();
    REQUIRE(scenes::eventually([&] { return hub.client().status(id)->held.has_value(); }));
    hub.clock.advance(std::chrono::hours(1));
    REQUIRE(scenes::eventually([&] { return hub.hub().metrics().live_orchestrations == 0; }));
    door.open();
    functions.add(other_work, [] { return 8; });
    hub.reopen(functions);

    CHECK(hub.wait(greedy, id) == 15);
    CHECK(runs == 1);
    CHECK(hub.count(id, "TaskCompleted") == 2);
}
