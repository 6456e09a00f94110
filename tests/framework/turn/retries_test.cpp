// SPDX-License-Identifier: Apache-2.0
// Calls with options: attempts, pauses, deadlines, and what becomes of them when nobody waits.
#include "catch.hpp"
#include "history/grammar.hpp"
#include "tests/framework/turn/driven.hpp"

using namespace perdure;
using namespace perdure::history;
using namespace std::chrono_literals;
using driving::at;
using driving::begun;
using driving::driven;
using driving::events;
using driving::number;

namespace {

inline constexpr activity<int(int)> pay{"pay"};
inline constexpr activity<int(int)> other{"other"};
inline constexpr orchestration<int(int)> child{"child"};
inline constexpr perdure::event<int> nudge{"nudge"};

const failure broken{"std::runtime_error", "no money", nullptr};

retry_policy three_times() {
    return {.first_interval = 10ms, .coefficient = 2.0, .max_attempts = 3};
}
call_options retrying(retry_policy policy) {
    return {.retry = std::move(policy)};
}

/// Calls `pay` once with these options.
auto paying(call_options options) {
    return driven([options](orchestration_context& ctx, int n) -> task<int> {
        co_return co_await ctx.call(options, pay, n);
    });
}

task_scheduled attempt(std::uint32_t task_id, std::uint32_t retry) {
    return {task_id, "pay", number(5), retry};
}
timer_created pause(std::uint32_t task_id, int due, std::uint32_t retry) {
    return {task_id, at(due), retry, 0};
}
execution_completed gave(int result) {
    return {runtime_status::completed, number(result), {}};
}
const execution_completed& end_of(const events& decided) {
    return std::get<execution_completed>(decided.back());
}

template <class Instance>
void require_grammar(const Instance& instance) {
    reading read;
    for (const numbered_step& each : instance.history())
        CHECK(read.add(each.number, each.record) == std::vector<std::string>{});
}

} // namespace

TEST_CASE("a failed attempt is followed by a pause and the next attempt, which may succeed") {
    auto instance = paying(retrying(three_times()));

    CHECK(instance.step(0, {begun(5)}) == events{attempt(0, 0)});
    CHECK(instance.step(100, {task_rejected{0, broken}}) == events{pause(1, 110, 1)});
    CHECK(instance.step(110, {timer_fired{1}}) == events{attempt(2, 1)});
    CHECK(instance.step(200, {task_completed{2, number(7)}}) == events{gave(7)});
    require_grammar(instance);
}

TEST_CASE("each pause is longer by the coefficient, and the last failure is the outcome") {
    auto instance = paying(retrying(three_times()));
    instance.step(0, {begun(5)});
    instance.step(0, {task_rejected{0, broken}});
    instance.step(10, {timer_fired{1}});

    CHECK(instance.step(10, {task_rejected{2, broken}}) == events{pause(3, 30, 2)});
    CHECK(instance.step(30, {timer_fired{3}}) == events{attempt(4, 2)});
    const execution_completed end = end_of(instance.step(40, {task_rejected{4, broken}}));

    CHECK(end.status == runtime_status::failed);
    CHECK(end.error.message == "activity 'pay' failed: no money");
    require_grammar(instance);
}

TEST_CASE("pauses grow up to max_interval and no further") {
    retry_policy policy{.first_interval = 10ms,
                        .coefficient = 10,
                        .max_interval = 200ms,
                        .max_attempts = retry_policy::unlimited};
    CHECK(policy.pause_after(1) == 10ms);
    CHECK(policy.pause_after(2) == 100ms);
    CHECK(policy.pause_after(3) == 200ms);
    CHECK(policy.pause_after(4'000'000'000) == 200ms);
    policy.max_interval = std::chrono::milliseconds::max();
    CHECK(policy.pause_after(4'000'000'000) == std::chrono::milliseconds::max());
    policy.coefficient = 1;
    CHECK(policy.pause_after(4'000'000'000) == 10ms);
}

TEST_CASE("no attempt begins later than the policy's timeout after the first one") {
    auto policy = three_times();
    policy.timeout = 100ms;
    auto soon = paying(retrying(policy));
    soon.step(1000, {begun(5)});
    auto late = paying(retrying(policy));
    late.step(1000, {begun(5)});

    CHECK(soon.step(1090, {task_rejected{0, broken}}) == events{pause(1, 1100, 1)});
    const auto decided = late.step(1091, {task_rejected{0, broken}});
    CHECK(end_of(decided).status == runtime_status::failed);
}

TEST_CASE("what is not retriable is not tried again, whatever the policy says") {
    auto instance = paying(retrying(three_times()));
    instance.step(0, {begun(5)});

    const auto decided =
        instance.step(1, {task_rejected{0, {"perdure::non_retriable", "stolen", nullptr, false}}});

    CHECK(end_of(decided).status == runtime_status::failed);
    CHECK_FALSE(end_of(decided).error.retriable); // nor is it by a parent
}

TEST_CASE("the handler decides for each failure, knowing the attempt") {
    std::vector<std::string> asked;
    auto policy = three_times();
    policy.handler = [&](const failure& failed, std::uint32_t attempt) {
        asked.push_back(failed.message + " " + std::to_string(attempt));
        return failed.message == "no money";
    };
    auto instance = paying(retrying(policy));
    instance.step(0, {begun(5)});
    CHECK(instance.step(0, {task_rejected{0, broken}}) == events{pause(1, 10, 1)});
    instance.step(10, {timer_fired{1}});

    const auto decided = instance.step(11, {task_rejected{2, {"t", "no account", nullptr}}});

    CHECK(end_of(decided).error.message == "activity 'pay' failed: no account");
    CHECK(asked == std::vector<std::string>{"no money 1", "no account 2"});
}

TEST_CASE("a handler that throws ends the call with what it threw") {
    auto policy = three_times();
    policy.handler = [](const failure&, std::uint32_t) -> bool {
        throw std::domain_error("the handler is broken");
    };
    auto instance = paying(retrying(policy));
    instance.step(0, {begun(5)});

    const auto decided = instance.step(0, {task_rejected{0, broken}});

    CHECK(end_of(decided).error.message == "activity 'pay' failed: the handler is broken");
}

TEST_CASE("an attempt that takes too long is cancelled and has failed") {
    auto instance = paying({.timeout = 50ms});

    CHECK(instance.step(0, {begun(5)}) == events{attempt(0, 0), timer_created{1, at(50)}});
    const auto decided = instance.step(50, {timer_fired{1}});

    REQUIRE(decided.size() == 2);
    CHECK(decided[0] == history::event(task_canceled{0}));
    REQUIRE(end_of(decided).error.cause);
    CHECK(end_of(decided).error.cause->type == timed_out);
    CHECK(end_of(decided).error.cause->is_timeout());
    CHECK(end_of(decided).error.cause->message == "attempt 1 took longer than 50 ms");
    require_grammar(instance);
}

TEST_CASE("a timeout is a failure like any other to the policy, and each attempt has its own") {
    auto instance = paying({.retry = three_times(), .timeout = 50ms});
    instance.step(0, {begun(5)});

    CHECK(instance.step(50, {timer_fired{1}}) == events{task_canceled{0}, pause(2, 60, 1)});
    CHECK(instance.step(60, {timer_fired{2}}) == events{attempt(3, 1), timer_created{4, at(110)}});
    CHECK(instance.step(80, {task_completed{3, number(1)}}) == events{timer_canceled{4}, gave(1)});
    require_grammar(instance);
}

TEST_CASE("when outcome and timeout arrive in one step, the first of them counts") {
    auto in_time = paying({.timeout = 50ms});
    in_time.step(0, {begun(5)});
    auto too_late = paying({.timeout = 50ms});
    too_late.step(0, {begun(5)});

    CHECK(in_time.step(50, {task_completed{0, number(1)}, timer_fired{1}}) ==
          events{timer_canceled{1}, gave(1)});
    const auto decided = too_late.step(50, {timer_fired{1}, task_completed{0, number(1)}});

    CHECK(decided.front() == history::event(task_canceled{0}));
    CHECK(end_of(decided).status == runtime_status::failed);
    require_grammar(in_time);
    require_grammar(too_late);
}

TEST_CASE("dropping a call cancels its attempt and its deadline, or its pause") {
    const auto dropping = [](orchestration_context& ctx, int n) -> task<int> {
        const call_options options{.retry = three_times(), .timeout = 50ms};
        auto slow = ctx.call(options, pay, n);
        co_await ctx.wait_for(nudge);
        slow.cancel();
        co_return co_await ctx.call(other, 1);
    };
    driven running(dropping), failing(dropping);
    running.step(0, {begun(5)});
    failing.step(0, {begun(5)});

    CHECK(running.step(10, {event_raised{"nudge", number(0)}}) ==
          events{task_canceled{0}, timer_canceled{1}, task_scheduled{2, "other", number(1)}});

    failing.step(5, {task_rejected{0, broken}});
    CHECK(failing.step(10, {event_raised{"nudge", number(0)}}) ==
          events{timer_canceled{2}, task_scheduled{3, "other", number(1)}});
    require_grammar(running);
    require_grammar(failing);
}

TEST_CASE("a call with options can be fanned out like any other") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        std::vector<durable<int>> all;
        for (int i = 0; i < 2; ++i)
            all.push_back(ctx.call(retrying(three_times()), pay, n));
        const auto paid = co_await when_all(std::move(all));
        co_return paid[0] * 10 + paid[1];
    });
    instance.step(0, {begun(5)});
    instance.step(0, {task_rejected{0, broken}, task_completed{1, number(2)}});
    CHECK(instance.step(10, {timer_fired{2}}) == events{task_scheduled{3, "pay", number(5), 1, 0}});
    CHECK(instance.step(20, {task_completed{3, number(4)}}) == events{gave(42)});
}

TEST_CASE("replay at any point of a retried call goes on where it was") {
    const std::vector<std::pair<int, events>> story = {
        {0, {begun(5)}},        {50, {timer_fired{1}}}, // the first attempt is too slow
        {60, {timer_fired{2}}}, {70, {task_rejected{3, broken}}},
        {90, {timer_fired{5}}}, {95, {task_completed{6, number(3)}}},
    };
    for (std::size_t restart_at = 0; restart_at < story.size(); ++restart_at) {
        auto instance = paying({.retry = three_times(), .timeout = 50ms});
        events decided;
        for (std::size_t i = 0; i < story.size(); ++i) {
            if (i == restart_at)
                REQUIRE_FALSE(instance.restart());
            decided = instance.step(story[i].first, story[i].second);
        }
        CHECK(decided == events{timer_canceled{7}, gave(3)});
        CHECK_FALSE(instance.restart());
        require_grammar(instance);
    }
}

TEST_CASE("a failure that was only recorded is retried by the next step that runs code") {
    auto instance = paying(retrying(three_times()));
    instance.step(0, {begun(5)});
    REQUIRE_FALSE(instance.record(5, {task_rejected{0, broken}}));

    CHECK(instance.live().is_alive(0));
    CHECK(instance.step(6, {}) == events{pause(1, 16, 1)});
    CHECK(instance.live().is_alive(0));
    require_grammar(instance);
}

TEST_CASE("each attempt of a child is another child, under a deterministic id") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        co_return co_await ctx.call(retrying(three_times()), child, n);
    });
    CHECK(instance.step(0, {begun(5)}) == events{child_created{0, "child", "exec:0", number(5)}});
    CHECK(instance.step(0, {child_rejected{0, broken}}) == events{pause(1, 10, 1)});
    CHECK(instance.step(10, {timer_fired{1}}) ==
          events{child_created{2, "child", "exec:2", number(5), 1, 0}});
    require_grammar(instance);
}

TEST_CASE("a child that takes too long is given up, and the next attempt is another one") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        const call_options options{.retry = three_times(), .timeout = 50ms};
        co_return co_await ctx.call(options, child, n);
    });
    instance.step(0, {begun(5)});

    CHECK(instance.step(50, {timer_fired{1}}) ==
          events{child_canceled{0, "exec:0"}, pause(2, 60, 1)});
    CHECK(instance.step(60, {timer_fired{2}}) ==
          events{child_created{3, "child", "exec:3", number(5), 1, 0}, timer_created{4, at(110)}});
    require_grammar(instance);
}

TEST_CASE("a child that nobody waits for any more is given up, unless it has answered") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        auto dropped = ctx.call(child, n);
        auto answered = ctx.call(child, n);
        auto left_behind = ctx.call(child, n);
        co_await ctx.wait_for(nudge);
        dropped.cancel();
        answered.cancel();
        co_return 1;
    });
    instance.step(0, {begun(5)});
    REQUIRE_FALSE(instance.record(1, {child_completed{1, number(1)}}));

    CHECK(instance.step(2, {event_raised{"nudge", number(0)}}) ==
          events{child_canceled{0, "exec:0"}, child_canceled{2, "exec:2"}, gave(1)});
    CHECK_FALSE(instance.restart());
    require_grammar(instance);
}

TEST_CASE("an activity that loses a race is cancelled in the step that decides it") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        std::vector<durable<int>> racing;
        racing.push_back(ctx.call(pay, n));
        racing.push_back(ctx.call(other, n));
        const auto winner = co_await when_any(std::move(racing));
        co_return co_await ctx.call(other, winner.value);
    });
    instance.step(0, {begun(5)});

    CHECK(instance.step(1, {task_completed{1, number(8)}}) ==
          events{task_canceled{0}, task_scheduled{2, "other", number(8)}});
    CHECK_FALSE(instance.live().is_open(0));
    CHECK_FALSE(instance.restart());
    CHECK_FALSE(instance.live().is_open(0));
    CHECK(instance.step(2, {task_completed{2, number(1)}}) == events{gave(1)});
    require_grammar(instance);
}

TEST_CASE("an orchestration that returns cancels the activities it left behind") {
    std::vector<durable<int>> elsewhere;
    driven instance([&](orchestration_context& ctx, int n) -> task<int> {
        auto unused = ctx.call(pay, n);
        elsewhere.push_back(ctx.call(other, n));
        co_return 1;
    });

    const auto decided = instance.step(0, {begun(5)});

    REQUIRE(decided.size() == 5);
    CHECK(decided[2] == history::event(task_canceled{0}));
    CHECK(decided[3] == history::event(task_canceled{1}));
    CHECK(instance.live().open().empty());
    require_grammar(instance);
}

TEST_CASE("options that break a rule fail where they are used, naming the field") {
    const auto refused = [](call_options options) {
        auto instance = paying(std::move(options));
        const auto decided = instance.step(0, {begun(5)});
        REQUIRE(decided.size() == 1);
        return end_of(decided).error.message;
    };
    const auto changed = [](auto change) {
        auto policy = three_times();
        change(policy);
        return retrying(policy);
    };
    using Catch::Contains;
    CHECK_THAT(refused(retrying({.max_attempts = 2})), Contains("first_interval"));
    CHECK_THAT(refused(retrying({.first_interval = 1s})), Contains("max_attempts"));
    CHECK_THAT(refused(changed([](auto& p) { p.first_interval = -1ms; })),
               Contains("first_interval"));
    CHECK_THAT(refused(changed([](auto& p) { p.coefficient = 0.5; })), Contains("coefficient"));
    CHECK_THAT(refused(changed([](auto& p) { p.coefficient = NAN; })), Contains("coefficient"));
    CHECK_THAT(refused(changed([](auto& p) { p.max_interval = 9ms; })), Contains("max_interval"));
    CHECK_THAT(refused(changed([](auto& p) { p.timeout = 0ms; })),
               Contains("retry_policy::timeout"));
    CHECK_THAT(refused({.timeout = 0ms}), Contains("call_options::timeout"));
    CHECK_THAT(refused({.heartbeat_timeout = -1ms}), Contains("heartbeat_timeout"));
}

TEST_CASE("a child has no heartbeat timeout") {
    const call_options options{.heartbeat_timeout = 1s};
    CHECK_THROWS_WITH(options.require_valid_for_child(),
                      Catch::Contains("call_options::heartbeat_timeout"));
}

TEST_CASE("a task_failed that passes on what is not retriable is not retriable either") {
    failure passed_on;
    try {
        throw task_failed("activity 'pay'", {"t", "stolen", nullptr, false});
    } catch (...) {
        passed_on = failure::current();
    }
    CHECK_FALSE(passed_on.retriable);
    CHECK_FALSE(passed_on.cause->retriable);
}
