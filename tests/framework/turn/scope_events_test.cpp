// SPDX-License-Identifier: Apache-2.0
// The pure step with scopes: who gets an event, and where it is when a scope has gone.
#include "framework/turn/scoped.hpp"

using namespace scoped;
using namespace std::chrono_literals;

TEST_CASE("an event goes to the code around before it goes to scopes, and to those in order") {
    driven instance([](context& ctx, int) -> task<int> {
        auto first = ctx.scope("first", hear, 100);
        auto second = ctx.scope("second", hear, 10);
        co_await ctx.call(work, 0); // by then both wait
        const int own = co_await ctx.wait_for(nudge);
        co_return own + co_await first + co_await second;
    });
    instance.step(0, {begun(0)});
    instance.step(1, {did(2, 0)});
    check(instance);
    for (const int n : {1, 2}) {
        instance.step(n + 1, {event_raised{"nudge", number(n), {}}});
        check(instance);
    }
    CHECK(instance.step(9, {event_raised{"NUDGE", number(3), {}}}).back() == gave(231));
    check(instance);
}

TEST_CASE("an event that a scope has read is not read again when the scope's steps are gone") {
    driven instance([](context& ctx, int) -> task<int> {
        const int heard = co_await ctx.scope("hear", hear, 10);
        co_return heard + co_await ctx.wait_for(nudge);
    });
    instance.step(0, {begun(0)});
    instance.step(1, {event_raised{"nudge", number(1), {}}});
    check(instance);
    CHECK(instance.step(2, {event_raised{"nudge", number(2), {}}}).back() == gave(12));
    check(instance);
}

TEST_CASE("an event that has arrived before the scope waits is taken at once") {
    driven instance([](context& ctx, int) -> task<int> {
        co_await ctx.call(work, 0);
        const int heard = co_await ctx.scope("hear", hear, 10);
        co_return heard + co_await ctx.wait_for(nudge);
    });
    instance.step(0, {begun(0)});
    instance.step(1, {event_raised{"nudge", number(1), {}}, event_raised{"nudge", number(2), {}}});
    check(instance);
    CHECK(instance.step(2, {did(0, 0)}).back() == gave(12));
    check(instance);
}

TEST_CASE("an event that a scope was given and did not read goes back to its place") {
    driven instance([](context& ctx, int) -> task<int> {
        const auto ignore = [](context& inner) -> task<int> {
            auto heard = inner.wait_for(nudge);
            co_await inner.call(work, 0);
            co_return heard.is_ready() ? 1 : 0;
        };
        const int was_ready = co_await ctx.scope("ignore", ignore);
        const int first = co_await ctx.wait_for(nudge);
        co_return was_ready * 100 + first * 10 + co_await ctx.wait_for(nudge);
    });
    instance.step(0, {begun(0)});
    instance.step(1, {event_raised{"nudge", number(1), {}}});
    instance.step(2, {event_raised{"nudge", number(2), {}}});
    check(instance);
    CHECK(instance.step(3, {did(1, 0)}).back() == gave(112));
    check(instance);
}

TEST_CASE("an event that a scope was given goes back when the scope is given up") {
    driven instance([](context& ctx, int) -> task<int> {
        const auto ignore = [](context& inner) -> task<int> {
            auto heard = inner.wait_for(nudge);
            co_await inner.call(work, 0);
            co_return 0;
        };
        auto scope = ctx.scope("ignore", ignore);
        co_await ctx.call(work, 1);
        scope.cancel();
        co_return co_await ctx.wait_for(nudge);
    });
    instance.step(0, {begun(0)});
    instance.step(1, {event_raised{"nudge", number(7), {}}});
    check(instance);
    CHECK(instance.step(2, {did(1, 0)}).back() == gave(7));
    check(instance);
}

TEST_CASE("what a scope was given and did not read goes to the next execution") {
    driven instance([](context& ctx, int n) -> task<int> {
        const auto ignore = [](context& inner) -> task<int> {
            auto heard = inner.wait_for(nudge);
            co_await inner.call(work, 0);
            co_return 0;
        };
        auto scope = ctx.scope("ignore", ignore);
        co_await ctx.sleep_for(1s);
        ctx.continue_as_new(loop, n + 1);
    });
    instance.step(0, {begun(0)});
    instance.step(1, {event_raised{"nudge", number(7), {}}});
    const events timer{timer_fired{1}};
    std::vector<history::event> arrived = timer;

    const turn::decision made = instance.live().run(at(1000), arrived);

    REQUIRE(made.carried.size() == 1);
    CHECK(std::get<event_raised>(made.carried[0]).value.data == "7");
}
