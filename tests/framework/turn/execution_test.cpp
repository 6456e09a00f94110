// SPDX-License-Identifier: Apache-2.0
// The pure step: histories in, decisions out; no engine, no clock, no disk.
#include "catch.hpp"
#include "tests/framework/turn/driven.hpp"

#include <perdure/perdure.hpp>

using namespace perdure;
using namespace perdure::history;
using driving::at;
using driving::begun;
using driving::driven;
using driving::events;
using driving::number;
using turn::execution;

namespace {

inline constexpr activity<int(int)> first{"first"};
inline constexpr activity<int(int)> second{"second"};
inline constexpr orchestration<int(int)> pair{"pair"};
inline constexpr perdure::event<int> nudge{"Nudge"};

task<int> chain(orchestration_context& ctx, int n) {
    const int a = co_await ctx.call(first, n);
    const int b = co_await ctx.call(second, a);
    co_return a + b;
}

} // namespace

TEST_CASE("an orchestration asks for one thing after the other and ends with its result") {
    driven instance(chain);

    CHECK(instance.step(1, {begun(5)}) == events{task_scheduled{0, "first", number(5)}});
    CHECK(instance.step(2, {task_completed{0, number(6)}}) ==
          events{task_scheduled{1, "second", number(6)}});
    CHECK(instance.step(3, {task_completed{1, number(10)}}) ==
          events{execution_completed{runtime_status::completed, number(16), {}}});
    CHECK(instance.live().is_finished());
}

TEST_CASE("after a replay it goes on where it was") {
    driven instance(chain);
    instance.step(1, {begun(5)});
    instance.step(2, {task_completed{0, number(6)}});

    REQUIRE_FALSE(instance.restart());
    CHECK(instance.live().is_open(1));
    CHECK(instance.step(3, {task_completed{1, number(1)}}) ==
          events{execution_completed{runtime_status::completed, number(7), {}}});
}

TEST_CASE("replay with other code names the event, what is recorded and what was asked for") {
    driven recorded(chain);
    recorded.step(1, {begun(5)});
    recorded.step(2, {task_completed{0, number(6)}});
    driven changed([](orchestration_context& ctx, int n) -> task<int> {
        const int a = co_await ctx.call(first, n);
        co_return co_await ctx.call(first, a);
    });

    CHECK_FALSE(changed.live().replay(recorded.history()[0].record));
    const auto difference = changed.live().replay(recorded.history()[1].record);

    REQUIRE(difference);
    CHECK(difference->event_number == 5); // 0-2 the first step, 3 started, 4 completed
    CHECK(difference->recorded == "TaskScheduled #1 'second'");
    CHECK(difference->asked == "TaskScheduled #1 'first'");
}

TEST_CASE("replay notices another input, something missing and something more") {
    driven recorded(chain);
    recorded.step(1, {begun(5)});
    driven other_input([](orchestration_context& ctx, int n) -> task<int> {
        co_return co_await ctx.call(first, n + 1);
    });
    driven nothing([](orchestration_context&, int n) -> task<int> { co_return n; });
    driven more([](orchestration_context& ctx, int n) -> task<int> {
        auto a = ctx.call(first, n);
        auto b = ctx.call(second, n);
        co_return co_await a + co_await b;
    });

    CHECK(other_input.live().replay(recorded.history()[0].record)->asked ==
          "TaskScheduled #0 'first' with another value");
    CHECK(nothing.live().replay(recorded.history()[0].record)->asked == "ExecutionCompleted");
    CHECK(more.live().replay(recorded.history()[0].record)->recorded == "nothing more here");
}

TEST_CASE("time, random numbers and ids are the same on replay") {
    driven instance([](orchestration_context& ctx, int) -> task<int> {
        const auto drawn = static_cast<int>(ctx.random()() % 1000);
        const auto ms = static_cast<int>(ctx.now().time_since_epoch().count());
        const auto letter = static_cast<int>(ctx.new_id()[0]);
        co_await ctx.call(first, drawn);
        co_return drawn + ms + letter;
    });
    const auto asked = instance.step(42, {begun(0)});

    REQUIRE_FALSE(instance.restart());
    const auto after = instance.step(99, {task_completed{0, number(0)}});

    const int drawn = codec<int>::decode(std::get<task_scheduled>(asked[0]).input);
    const int result = codec<int>::decode(std::get<execution_completed>(after[0]).output);
    CHECK(result > drawn + 42);
    CHECK(result <= drawn + 42 + 'f');
}

TEST_CASE("time does not go back when the clock does") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        co_await ctx.call(first, n);
        co_return static_cast<int>(ctx.now().time_since_epoch().count());
    });
    instance.step(1000, {begun(0)});

    const auto decided = instance.step(10, {task_completed{0, number(0)}});

    CHECK(std::get<execution_completed>(decided[0]).output == number(1000));
}

TEST_CASE("a timer that loses a race is cancelled in the step that decides it") {
    driven instance([](orchestration_context& ctx, int) -> task<int> {
        auto winner = co_await when_any(ctx.wait_for(nudge), ctx.sleep_for(std::chrono::hours(72)));
        co_return winner.index() == 0 ? std::get<0>(winner) : -1;
    });
    instance.step(0, {begun(0)});

    const auto decided = instance.step(1, {event_raised{"NUDGE", number(8)}});

    CHECK(decided ==
          events{timer_canceled{0}, execution_completed{runtime_status::completed, number(8), {}}});
}

TEST_CASE("an orchestration that returns cancels the timers it left behind") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        auto unused = ctx.sleep_for(std::chrono::hours(1));
        co_return n;
    });

    const auto decided = instance.step(0, {begun(3)});

    REQUIRE(decided.size() == 3);
    CHECK(decided[1] == history::event(timer_canceled{0}));
}

TEST_CASE("an orchestration that returns cancels a timer that was put where it outlives it") {
    std::vector<durable<void>> elsewhere;
    driven instance([&](orchestration_context& ctx, int) -> task<int> {
        elsewhere.push_back(ctx.sleep_for(std::chrono::hours(1)));
        elsewhere.push_back(ctx.sleep_for(std::chrono::hours(2)));
        co_return 1;
    });
    const events decided = instance.step(1, {begun(5)});

    REQUIRE(decided.size() == 5);
    CHECK(decided[2] == history::event(timer_canceled{0}));
    CHECK(decided[3] == history::event(timer_canceled{1}));
    CHECK(std::holds_alternative<execution_completed>(decided[4]));
}

TEST_CASE("destroying a waiting execution asks for nothing and leaks nothing") {
    {
        driven instance([](orchestration_context& ctx, int) -> task<int> {
            auto sleeping = ctx.sleep_for(std::chrono::hours(1));
            auto waiting = ctx.wait_for(nudge);
            co_await when_any(sleeping, waiting);
            co_return 0;
        });
        instance.step(0, {begun(0)});
        CHECK(detail::frame_bytes() > 0);
    }
    CHECK(detail::frame_bytes() == 0);
}

TEST_CASE("events are served in order of arrival to whoever waited first") {
    driven instance([](orchestration_context& ctx, int) -> task<int> {
        const int early = co_await ctx.wait_for(nudge); // has arrived before it is awaited
        auto one = ctx.wait_for(nudge);
        auto two = ctx.wait_for(nudge);
        const int b = co_await two;
        const int a = co_await one;
        co_return early * 100 + a * 10 + b;
    });

    const auto decided =
        instance.step(0, {event_raised{"nudge", number(1)}, begun(0),
                          event_raised{"nudge", number(2)}, event_raised{"nudge", number(3)}});

    REQUIRE(decided.size() == 1);
    CHECK(std::get<execution_completed>(decided[0]).output == number(123));
}

TEST_CASE("arrivals that were only recorded are applied by the next step that runs code") {
    driven recorded([](orchestration_context& ctx, int) -> task<int> {
        co_return co_await ctx.wait_for(nudge);
    });
    recorded.step(0, {begun(0)});
    const history::step unevaluated{at(5), false, {event_raised{"nudge", number(4)}}, {}};
    REQUIRE_FALSE(recorded.live().replay(unevaluated));

    const auto decided = recorded.step(6, {});

    CHECK(std::get<execution_completed>(decided[0]).output == number(4));
}

TEST_CASE("an outcome that was only recorded settles its request, before the code has seen it") {
    driven recorded(chain);
    recorded.step(0, {begun(1)});
    const history::step unevaluated{at(5), false, {task_completed{0, number(4)}}, {}};

    REQUIRE_FALSE(recorded.live().replay(unevaluated));

    CHECK_FALSE(recorded.live().is_open(0));
    CHECK(recorded.live().open().empty());
    const auto decided = recorded.step(6, {});
    CHECK(std::get<task_scheduled>(decided.at(0)).input == number(4));
}

TEST_CASE("an exception that leaves the code fails the execution with its type and message") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        co_await ctx.call(first, n);
        co_return 0;
    });
    instance.step(0, {begun(1)});

    const auto decided = instance.step(1, {task_rejected{0, {"bad_thing", "no money", nullptr}}});

    const auto& outcome = std::get<execution_completed>(decided[0]);
    CHECK(outcome.status == runtime_status::failed);
    CHECK(outcome.error.type == "perdure::task_failed");
    CHECK(outcome.error.message == "activity 'first' failed: no money");
    REQUIRE(outcome.error.cause);
    CHECK(outcome.error.cause->type == "bad_thing");
}

TEST_CASE("an outcome that comes twice is applied once") {
    driven instance(chain);
    instance.step(0, {begun(1)});

    const auto decided =
        instance.step(1, {task_completed{0, number(2)}, task_completed{0, number(9)}});

    CHECK(decided == events{task_scheduled{1, "second", number(2)}});
}

TEST_CASE("awaiting what was cancelled fails the instance with a clear error") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        auto kept = ctx.call(first, n);
        auto dropped = ctx.call(second, n);
        dropped.cancel();
        co_await when_any(kept, dropped);
        co_return 0;
    });

    const auto decided = instance.step(0, {begun(1)});

    const auto& outcome = std::get<execution_completed>(decided.back());
    CHECK(outcome.status == runtime_status::failed);
    CHECK_THAT(outcome.error.message, Catch::Matchers::Contains("cancelled or moved from"));
}

TEST_CASE("a sleep beyond the end of time does not end at once") {
    driven instance([](orchestration_context& ctx, int) -> task<int> {
        co_await ctx.sleep_for(std::chrono::milliseconds::max());
        co_return 0;
    });

    CHECK(instance.step(1000, {begun(0)}) == events{timer_created{0, timestamp::max()}});
}

TEST_CASE("a null stays inline, however small the limit") {
    payload nothing;
    payload something = codec<int>::encode(1);
    std::vector<turn::new_blob> blobs;

    turn::move_out_of_line(nothing, 0, blobs);
    turn::move_out_of_line(something, 0, blobs);

    CHECK_FALSE(nothing.external);
    CHECK(something.external);
    CHECK(blobs.size() == 1);
}
