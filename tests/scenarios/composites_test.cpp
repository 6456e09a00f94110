// SPDX-License-Identifier: Apache-2.0
// Awaiting several: when_all and when_any over vectors and tuples, with failures and losers.
#include "scenarios/scene.hpp"

using namespace std::chrono_literals;

namespace {

/// Gives its number, or throws it if it is negative.
inline constexpr perdure::activity<int(int)> give{"give"};
inline constexpr perdure::event<int> left{"left"};
inline constexpr perdure::event<int> right{"right"};
inline constexpr perdure::orchestration<std::string(std::string)> play{"play"};

using context = perdure::orchestration_context;
using perdure::durable;
using perdure::when_all;
using perdure::when_any;

/// A hub with one orchestration, `play`.
template <class F>
perdure::registry playing(F body) {
    perdure::registry functions;
    functions.add(give, [](int number) {
        if (number < 0)
            throw std::runtime_error("number " + std::to_string(number));
        return number;
    });
    functions.add(play, body);
    return functions;
}

perdure::task<std::string> all_of_vector(context& ctx, std::string) {
    std::vector<durable<int>> given;
    for (int i = 0; i < 5; ++i)
        given.push_back(ctx.call(give, i));
    const auto values = co_await when_all(std::move(given));
    co_return nlohmann::json(values).dump();
}

perdure::task<std::string> all_of_tuple(context& ctx, std::string) {
    auto [number, pause, word] =
        co_await when_all(ctx.call(give, 4), ctx.sleep_for(0ms), ctx.wait_for(left));
    static_assert(std::is_same_v<decltype(pause), std::monostate>);
    co_return std::to_string(number) + std::to_string(word);
}

perdure::task<std::string> all_of_nothing(context&, std::string) {
    const auto values = co_await when_all(std::vector<durable<int>>());
    co_return std::to_string(values.size());
}

perdure::task<std::string> all_with_failures(context& ctx, std::string) {
    std::vector<durable<int>> given;
    for (const int number : {1, -2, -3})
        given.push_back(ctx.call(give, number));
    try {
        co_await when_all(std::move(given));
    } catch (const perdure::task_failed& failed) {
        co_return failed.details().message;
    }
    co_return "no failure";
}

perdure::task<std::string> failure_and_slow(context& ctx, std::string) {
    try {
        co_await when_all(ctx.call(give, -1), ctx.wait_for(left));
    } catch (const perdure::task_failed& failed) {
        co_return failed.details().message;
    }
    co_return "no failure";
}

perdure::task<std::string> any_of_vector(context& ctx, std::string) {
    std::vector<durable<int>> racing;
    racing.push_back(ctx.wait_for(left));
    racing.push_back(ctx.wait_for(right));
    const auto winner = co_await when_any(std::move(racing));
    // The losing wait was withdrawn, so this one is the first in line.
    const int next = co_await ctx.wait_for(left);
    co_return std::to_string(winner.index) + ":" + std::to_string(winner.value) + ":" +
        std::to_string(next);
}

perdure::task<std::string> any_of_tuple(context& ctx, std::string) {
    const auto winner = co_await when_any(ctx.sleep_for(1h), ctx.wait_for(right));
    co_return std::to_string(winner.index()) + ":" + std::to_string(std::get<1>(winner));
}

perdure::task<std::string> any_that_fails(context& ctx, std::string) {
    try {
        co_await when_any(ctx.call(give, -7), ctx.wait_for(left));
    } catch (const perdure::task_failed& failed) {
        co_return failed.details().message;
    }
    co_return "no failure";
}

perdure::task<std::string> any_of_lvalues(context& ctx, std::string) {
    auto a = ctx.wait_for(left);
    auto b = ctx.wait_for(right);
    const std::size_t first = co_await when_any(a, b);
    const bool is_other_open = first == 0 ? !b.is_ready() : !a.is_ready();
    const int sum = co_await a + co_await b;
    co_return std::to_string(first) + ":" + std::to_string(is_other_open) + ":" +
        std::to_string(sum);
}

perdure::task<std::string> drain_in_order_of_arrival(context& ctx, std::string) {
    std::vector<durable<int>> open;
    open.push_back(ctx.wait_for(left));
    open.push_back(ctx.wait_for(right));
    std::string order;
    while (!open.empty()) {
        const std::size_t next = co_await when_any(open);
        order += std::to_string(co_await open[next]);
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(next));
    }
    co_return order;
}

perdure::task<std::string> any_of_none(context&, std::string) {
    std::vector<durable<int>> none;
    co_await when_any(none);
    co_return "";
}

} // namespace

TEST_CASE("when_all of a vector gives the values in the order of the calls") {
    scenes::scene hub(playing(all_of_vector));

    CHECK(hub.run(play, "") == "[0,1,2,3,4]");
}

TEST_CASE("when_all of a tuple gives each value in its own type") {
    scenes::scene hub(playing(all_of_tuple));
    const auto id = hub.client().start(play, "");

    hub.client().raise(id, left, 2);

    CHECK(hub.wait(play, id) == "42");
}

TEST_CASE("when_all of nothing has nothing to wait for") {
    scenes::scene hub(playing(all_of_nothing));

    CHECK(hub.run(play, "") == "0");
}

TEST_CASE("when_all throws the failure that is first in the order of the calls") {
    scenes::scene hub(playing(all_with_failures));

    CHECK(hub.run(play, "") == "number -2");
}

TEST_CASE("when_all throws only after all have arrived") {
    scenes::scene hub(playing(failure_and_slow));
    const auto id = hub.client().start(play, "");
    REQUIRE(hub.await(id, "TaskFailed"));
    CHECK(hub.client().status(id)->status == perdure::runtime_status::running);

    hub.client().raise(id, left, 0);

    CHECK(hub.wait(play, id) == "number -1");
}

TEST_CASE("when_any of a vector names the winner and withdraws the others") {
    scenes::scene hub(playing(any_of_vector));
    const auto id = hub.client().start(play, "");

    hub.client().raise(id, right, 8);
    hub.client().raise(id, left, 9);

    CHECK(hub.wait(play, id) == "1:8:9");
}

TEST_CASE("when_any of a tuple cancels the losing timer") {
    scenes::scene hub(playing(any_of_tuple));
    const auto id = hub.client().start(play, "");

    hub.client().raise(id, right, 5);

    CHECK(hub.wait(play, id) == "1:5");
    CHECK(hub.count(id, "TimerCanceled") == 1);
}

TEST_CASE("when_any throws if the winner failed") {
    scenes::scene hub(playing(any_that_fails));

    CHECK(hub.run(play, "") == "number -7");
}

TEST_CASE("when_any of lvalues leaves the others awaitable") {
    scenes::scene hub(playing(any_of_lvalues));
    const auto id = hub.client().start(play, "");

    hub.client().raise(id, right, 1);
    hub.client().raise(id, left, 2);

    CHECK(hub.wait(play, id) == "1:1:3");
}

TEST_CASE("a vector can be drained in order of arrival") {
    scenes::scene hub(playing(drain_in_order_of_arrival));
    const auto id = hub.client().start(play, "");

    hub.client().raise(id, right, 1);
    hub.client().raise(id, left, 2);

    CHECK(hub.wait(play, id) == "12");
}

TEST_CASE("when_any of nothing fails instead of waiting for ever") {
    scenes::scene hub(playing(any_of_none));

    const auto failed = scenes::thrown_by<perdure::task_failed>([&] { hub.run(play, ""); });
    CHECK(scenes::has(failed.details().message, "when_any was given nothing to wait for"));
}
