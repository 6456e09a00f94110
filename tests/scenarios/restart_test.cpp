// SPDX-License-Identifier: Apache-2.0
// Whatever an instance waits for, it goes on after the hub was closed and opened again.
#include "scenarios/scene.hpp"

using namespace std::chrono_literals;

namespace {

struct register_box {
    int value = 0;
    int add(int amount) { return value += amount; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(register_box, value)
};
inline constexpr perdure::entity boxes{"box", perdure::op("add", &register_box::add)};

inline constexpr perdure::event<int> number{"number"};
inline constexpr perdure::activity<int()> work{"work"};
inline constexpr perdure::orchestration<int()> child{"child"};
inline constexpr perdure::orchestration<int(std::string)> wait_on{"wait_on"};

using context = perdure::orchestration_context;

perdure::task<int> hear(context& ctx) {
    co_return co_await ctx.wait_for(number);
}

perdure::task<int> await_one(context& ctx, std::string what) {
    if (what == "timer") {
        co_await ctx.sleep_for(1h);
        co_return 7;
    }
    if (what == "activity")
        co_return co_await ctx.call(work);
    if (what == "child")
        co_return co_await ctx.call_as("the child", child);
    co_return co_await ctx.wait_for(number);
}

perdure::task<int> add_up_timers(context& ctx, std::string) {
    std::vector<perdure::durable<void>> timers;
    for (int i = 1; i <= 20; ++i)
        timers.push_back(ctx.sleep_for(std::chrono::minutes(i)));
    const auto fired = co_await perdure::when_all(std::move(timers));
    co_return static_cast<int>(fired.size());
}

perdure::task<int> use_box(context& ctx, std::string) {
    int value = 0;
    for (int i = 0; i < 40; ++i)
        value = co_await ctx.call(boxes["b"], &register_box::add, 1);
    co_return value;
}

template <class F>
perdure::registry with(scenes::gate& door, F body) {
    perdure::registry functions;
    functions.add(wait_on, body);
    functions.add(child, hear);
    functions.add(boxes);
    functions.add(work, [&door](perdure::activity_context& ctx) {
        door.pass(ctx);
        return 7;
    });
    return functions;
}

} // namespace

TEST_CASE("an instance that waits for an event goes on after a restart") {
    scenes::gate door;
    scenes::scene hub(with(door, await_one));
    const auto id = hub.client().start(wait_on, "event");

    hub.reopen();
    hub.client().raise(id, number, 7);

    CHECK(hub.wait(wait_on, id) == 7);
}

TEST_CASE("an instance that waits for a timer goes on after a restart") {
    scenes::gate door;
    scenes::scene hub(with(door, await_one));
    const auto id = hub.client().start(wait_on, "timer");
    REQUIRE(hub.await(id, "TimerCreated"));

    hub.reopen();
    hub.clock.advance(1h);

    CHECK(hub.wait(wait_on, id) == 7);
}

TEST_CASE("an activity that was under way when the hub closed runs again") {
    scenes::gate door;
    scenes::scene hub(with(door, await_one));
    const auto id = hub.client().start(wait_on, "activity");
    REQUIRE(door.await_arrivals(1));

    hub.reopen();
    REQUIRE(door.await_arrivals(2));
    door.open();

    CHECK(hub.wait(wait_on, id) == 7);
    CHECK(hub.count(id, "TaskScheduled") == 1);
}

TEST_CASE("an instance that waits for a child goes on after a restart") {
    scenes::gate door;
    scenes::scene hub(with(door, await_one));
    const auto id = hub.client().start(wait_on, "child");
    REQUIRE(scenes::eventually([&] { return hub.client().status("the child").has_value(); }));

    hub.reopen();
    hub.client().raise("the child", number, 7);

    CHECK(hub.wait(wait_on, id) == 7);
}

TEST_CASE("an entity applies each operation once, wherever between two of them the hub closes") {
    const int calls = GENERATE(1, 10, 30);
    scenes::gate door;
    scenes::scene hub(with(door, use_box));
    const auto id = hub.client().start(wait_on, "");
    REQUIRE(hub.await(id, "EntityOperationCalled", calls));

    hub.reopen();

    CHECK(hub.wait(wait_on, id) == 40);
    CHECK(hub.client().read(boxes["b"])->value == 40);
}

TEST_CASE("timers that came due while the hub was closed fire once each") {
    scenes::gate door;
    scenes::scene hub(with(door, add_up_timers));
    const auto id = hub.client().start(wait_on, "");
    REQUIRE(hub.await(id, "TimerCreated", 20));

    hub.close();
    hub.clock.advance(1h);
    hub.open();

    CHECK(hub.wait(wait_on, id) == 20);
    CHECK(hub.count(id, "TimerFired") == 20);
}

TEST_CASE("an instance survives many restarts and is replayed once in each that it is needed in") {
    scenes::gate door;
    scenes::scene hub(with(door, await_one));
    const auto id = hub.client().start(wait_on, "event");
    for (int i = 0; i < 5; ++i)
        hub.reopen();
    CHECK(hub.hub().metrics().replays == 0);

    hub.client().raise(id, number, 7);

    CHECK(hub.wait(wait_on, id) == 7);
    CHECK(hub.hub().metrics().replays == 1);
}

TEST_CASE("a finished instance is not replayed after a restart") {
    scenes::gate door;
    scenes::scene hub(with(door, await_one));
    const auto id = hub.client().start(wait_on, "event");
    hub.client().raise(id, number, 7);
    hub.wait(wait_on, id);

    hub.reopen();

    CHECK(hub.wait(wait_on, id) == 7);
    CHECK(hub.client().status(id)->output.data == "7");
    CHECK(hub.hub().metrics().replays == 0);
}
