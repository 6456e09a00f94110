// SPDX-License-Identifier: Apache-2.0
// The pure step with scopes: who runs when, what stays of them, and what replay makes of that.
#include "framework/turn/scoped.hpp"

using namespace scoped;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

TEST_CASE("of a scope that has ended only what went in and what came out stays") {
    driven instance([](context& ctx, int n) -> task<int> {
        const int squared = co_await ctx.scope("twice", twice, n);
        co_return co_await ctx.call(work, squared);
    });
    instance.step(0, {begun(3)});
    check(instance);
    CHECK(lines_of(instance) == lines{"0 ExecutionStarted ScopeEntered", "1 in #0 TaskScheduled"});
    CHECK(instance.step(1, {did(1, 4)}) == events{asked(2, 4)});
    check(instance);

    CHECK(instance.step(2, {did(2, 5)}) == events{asked(3, 5)});

    CHECK(lines_of(instance) ==
          lines{"0 ExecutionStarted ScopeEntered", "3 ScopeCompleted TaskScheduled"});
    check(instance);
    CHECK(instance.step(3, {did(3, 6)}) == events{gave(6)});
    check(instance);
}

TEST_CASE("a scope that never waits leaves no step of its own") {
    driven instance([](context& ctx, int n) -> task<int> {
        const auto add = [](context&, int a, int b) -> task<int> { co_return a + b; };
        int sum = 0;
        for (int i = 0; i < 3; ++i)
            sum = co_await ctx.scope("add", add, sum, n);
        co_return sum;
    });

    CHECK(instance.step(0, {begun(5)}).back() == gave(15));

    CHECK(lines_of(instance).back() == "3 ScopeCompleted ExecutionCompleted");
    check(instance);
}

TEST_CASE("scopes run beside each other and beside the code around them") {
    driven instance([](context& ctx, int) -> task<int> {
        auto first = ctx.scope("first", twice, 1);
        auto second = ctx.scope("second", twice, 2);
        const int own = co_await ctx.call(work, 3);
        co_return own * 100 + co_await first * 10 + co_await second;
    });
    CHECK(instance.step(0, {begun(0)}).size() == 5);
    const auto story = std::vector<events>{{did(4, 7)}, {did(2, 3)}, {did(3, 4), did(5, 6)}};
    for (std::size_t i = 0; i < story.size(); ++i) {
        check(instance);
        instance.step(static_cast<int>(i) + 1, story[i]);
    }
    check(instance);
    CHECK(instance.step(9, {did(6, 8)}).back() == gave(386));
    check(instance);
}

TEST_CASE("a scope that fails fails where it is awaited, by what it failed of") {
    driven instance([](context& ctx, int n) -> task<int> {
        try {
            co_return co_await ctx.scope("twice", twice, n);
        } catch (const task_failed& failed) {
            co_return failed.details().message == "activity 'work' failed: no" ? -1 : -2;
        }
    });
    instance.step(0, {begun(3)});

    CHECK(instance.step(1, {task_rejected{1, {"t", "no", nullptr}}}).back() == gave(-1));
    check(instance);
}

TEST_CASE("dropping a scope gives up all that it and the scopes in it have open") {
    driven instance([](context& ctx, int) -> task<int> {
        const auto deep = [](context& inner, int n) -> task<int> {
            auto nap = inner.sleep_for(1h);
            auto twin = inner.scope("deeper", twice, n);
            co_return co_await twin;
        };
        auto scope = ctx.scope("deep", deep, 1);
        auto patience = ctx.sleep_for(1s);
        const auto first = co_await when_any(patience, scope);
        scope.cancel();
        co_await ctx.call(work, static_cast<int>(first));
        co_return 1;
    });
    instance.step(0, {begun(0)});
    check(instance);

    const auto decided = instance.step(1000, {timer_fired{1}});

    CHECK(decided == events{task_canceled{4}, scope_canceled{3, {1, 5}}, timer_canceled{2},
                            scope_canceled{0, {2, 5}}, asked(5, 0)});
    CHECK(lines_of(instance) == lines{"0 ExecutionStarted ScopeEntered TimerCreated",
                                      "3 TimerFired ScopeCanceled TaskScheduled"});
    check(instance);
    CHECK(instance.step(1001, {did(5, 0)}).back() == gave(1));
}

TEST_CASE("an orchestration that returns gives up its scopes") {
    driven instance([](context& ctx, int n) -> task<int> {
        auto left = ctx.scope("left behind", twice, n);
        co_return co_await ctx.call(work, n);
    });
    instance.step(0, {begun(3)});

    CHECK(instance.step(1, {did(1, 4)}) ==
          events{task_canceled{2}, scope_canceled{0, {1, 3}}, gave(4)});
    check(instance);
}

TEST_CASE("a scope's random numbers and child ids are its own, and the same again") {
    driven instance([](context& ctx, int) -> task<int> {
        const auto draw = [](context& inner) -> task<std::uint64_t> {
            const std::uint64_t drawn = inner.random()();
            inner.start(loop, 1);
            co_await inner.call(work, 1);
            co_return drawn ^ inner.random()();
        };
        auto a = ctx.scope("a", draw);
        auto b = ctx.scope("b", draw);
        co_await ctx.call(work, static_cast<int>(ctx.random()() % 1000));
        co_return co_await a == co_await b;
    });
    const auto decided = instance.step(0, {begun(0)});
    std::vector<std::string> children;
    for (const auto& each : decided)
        if (const auto* start = std::get_if<start_requested>(&each))
            children.push_back(start->instance);
    CHECK(children == lines{"exec:3", "exec:5"});
    check(instance);
    instance.step(1, {did(4, 0), did(6, 0)});
    check(instance);
    CHECK(instance.step(2, {did(2, 0)}).back() == gave(0));
}

TEST_CASE("random numbers are drawn again alike when the scopes between them have gone") {
    driven instance([](context& ctx, int) -> task<int> {
        const auto draw = [](context& inner) -> task<int> {
            const int drawn = static_cast<int>(inner.random()() % 1000);
            co_return co_await inner.call(work, drawn);
        };
        co_await ctx.scope("draw", draw);
        co_return co_await ctx.call(work, static_cast<int>(ctx.random()() % 1000));
    });
    instance.step(0, {begun(0)});
    instance.step(1, {did(1, 0)});
    check(instance);
    CHECK(instance.step(2, {did(2, 7)}) == events{gave(7)});
    check(instance);
}

TEST_CASE("what arrives for a scope while nothing may run is seen by it afterwards") {
    driven instance(
        [](context& ctx, int n) -> task<int> { co_return co_await ctx.scope("twice", twice, n); });
    instance.step(0, {begun(3)});
    CHECK_FALSE(instance.record(1, {did(1, 4)}));

    CHECK(instance.step(2, {}) == events{asked(2, 4)});
    check(instance);
    CHECK(instance.step(3, {did(2, 5)}).back() == gave(5));
    check(instance);
}

TEST_CASE("a rewind keeps what a scope came to that has ended, and does not run it again") {
    bool is_broken = true;
    driven instance([&is_broken](context& ctx, int n) -> task<int> {
        const int result = co_await ctx.scope("twice", twice, n);
        if (is_broken)
            throw std::runtime_error("it broke");
        co_return co_await ctx.call(work, result);
    });
    instance.step(0, {begun(3)});
    instance.step(1, {did(1, 4)});
    instance.step(2, {did(2, 5)});
    REQUIRE(instance.live().is_finished());

    is_broken = false;
    CHECK_FALSE(instance.rewind(3));

    CHECK(instance.step(4, {}) == events{asked(3, 5)});
    check(instance);
    CHECK(instance.step(5, {did(3, 6)}) == events{gave(6)});
    check(instance);
}

TEST_CASE("a scope has its own retries and time limits") {
    driven instance([](context& ctx, int) -> task<int> {
        const auto insist = [](context& inner) -> task<int> {
            retry_policy policy{.first_interval = 1s, .max_attempts = 2};
            co_return co_await inner.call({.retry = policy, .timeout = 10s}, work, 1);
        };
        auto scope = ctx.scope("insist", insist);
        co_await ctx.sleep_for(30s);
        co_return 0;
    });
    instance.step(0, {begun(0)});
    check(instance);
    instance.step(1, {task_rejected{2, {"t", "no", nullptr}}});
    check(instance);
    instance.step(1001, {timer_fired{4}});
    check(instance);
    CHECK(instance.step(30'000, {timer_fired{1}}) ==
          events{task_canceled{5}, timer_canceled{6}, scope_canceled{0, {3, 7}}, gave(0)});
    check(instance);
}

TEST_CASE("what a scope may not do is refused where it tries") {
    const auto message_of = [](auto body) {
        driven instance(std::move(body));
        const auto decided = instance.step(0, {begun(0)});
        return std::get<execution_completed>(decided.back()).error.message;
    };
    CHECK_THAT(message_of([](context& ctx, int) -> task<int> {
                   const auto renew = [](context& inner) -> task<int> {
                       inner.continue_as_new(loop, 1);
                       co_return 0;
                   };
                   co_return co_await ctx.scope("renew", renew);
               }),
               Contains("a scope can't continue as new"));
    CHECK_THAT(message_of([](context& ctx, int n) -> task<int> {
                   co_return co_await ctx.scope("", twice, n);
               }),
               Contains("a scope needs a name"));
}

TEST_CASE("each scope has its own critical section, which its calls name") {
    const auto hold = [](context& inner, std::string key) -> task<int> {
        auto guard = co_await inner.lock(cells[key]);
        co_return co_await inner.call(cells[key], &cell::get);
    };
    driven instance([hold](context& ctx, int) -> task<int> {
        auto first = ctx.scope("first", hold, "a");
        auto second = ctx.scope("second", hold, "a");
        auto own = ctx.call(cells["a"], &cell::get); // like anybody's, it waits for the others
        const int sum = co_await first + co_await second + co_await own;
        auto guard = co_await ctx.lock(cells["b"]);
        CHECK_THROWS_WITH(ctx.scope("inside", twice, 1),
                          Contains("a scope is not allowed inside a critical section"));
        co_return sum;
    });
    const auto called = [](std::uint32_t task_id, std::uint32_t section) {
        return operation_called{task_id, {"cell", "a"}, "get", {}, {}, section};
    };
    CHECK(instance.step(0, {begun(0)}) ==
          events{scope_entered{0, "first", codec<std::string>::encode("a")},
                 scope_entered{1, "second", codec<std::string>::encode("a")}, called(2, 0),
                 lock_requested{3, {"@cell@a"}}, lock_requested{4, {"@cell@a"}}});
    check(instance);
    CHECK(instance.step(1, {lock_granted{3}}) == events{called(5, section_of(3))});
    check(instance);
    CHECK(instance.step(2, {operation_completed{5, number(1)}}) ==
          events{unlock_sent{3, {"@cell@a"}}});
    check(instance);
    CHECK(instance.step(3, {lock_granted{4}}) == events{called(6, section_of(4))});
    instance.step(4, {operation_completed{6, number(2)}});
    CHECK(instance.step(5, {operation_completed{2, number(3)}}) ==
          events{lock_requested{7, {"@cell@b"}}});
    check(instance);
    CHECK(instance.step(6, {lock_granted{7}}).back() == gave(6));
    check(instance);
}

TEST_CASE("code that enters another scope, or none, is told apart from the history") {
    driven recorded(
        [](context& ctx, int n) -> task<int> { co_return co_await ctx.scope("twice", twice, n); });
    recorded.step(0, {begun(3)});
    recorded.step(1, {did(1, 4)});
    const auto difference_to = [&](auto code) {
        driven changed(std::move(code));
        for (const numbered_step& each : recorded.history())
            if (const auto difference = changed.live().replay(each.record))
                return difference->text();
        return std::string();
    };
    CHECK_THAT(difference_to([](context& ctx, int n) -> task<int> {
                   co_return co_await ctx.scope("thrice", twice, n);
               }),
               Contains("ScopeEntered #0 'twice', the code asked for ScopeEntered #0 "
                        "'thrice'"));
    CHECK_THAT(difference_to([](context& ctx, int n) -> task<int> {
                   const auto hasty = [](context& inner, int m) -> task<int> {
                       co_return co_await inner.call(work, m);
                   };
                   co_return co_await ctx.scope("twice", hasty, n);
               }),
               Contains("history has TaskScheduled #2 'work', the code asked for "
                        "ScopeCompleted #0"));
}
