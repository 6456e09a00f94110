// SPDX-License-Identifier: Apache-2.0
// Dormant instances: they leave memory when idle, and come back when something arrives.
#include "scenarios/scene.hpp"

using namespace std::chrono_literals;

namespace {

struct counter {
    int value = 0;
    void add(int amount) { value += amount; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(counter, value)
};
inline constexpr perdure::entity counters{"counter", perdure::op("add", &counter::add)};

inline constexpr perdure::event<int> number{"number"};
inline constexpr perdure::activity<int()> work{"work"};
inline constexpr perdure::orchestration<int()> add_two{"add_two"};
inline constexpr perdure::orchestration<int()> sleepy{"sleepy"};
inline constexpr perdure::orchestration<int()> busy{"busy"};

using context = perdure::orchestration_context;

perdure::task<int> hear_twice(context& ctx) {
    const int first = co_await ctx.wait_for(number);
    co_return first + co_await ctx.wait_for(number);
}

perdure::task<int> sleep_long(context& ctx) {
    co_await ctx.sleep_for(24h);
    co_return 1;
}

perdure::task<int> work_long(context& ctx) {
    co_return co_await ctx.call(work);
}

struct bedroom {
    scenes::gate door;
    scenes::scene hub{functions(), impatient()};

    perdure::registry functions() {
        perdure::registry filled;
        filled.add(add_two, hear_twice);
        filled.add(sleepy, sleep_long);
        filled.add(busy, work_long);
        filled.add(counters);
        filled.add(work, [this](perdure::activity_context& ctx) {
            door.pass(ctx);
            return 5;
        });
        return filled;
    }
    static perdure::hub_options impatient() {
        perdure::hub_options options;
        options.idle_max = 20ms;
        return options;
    }
    bool all_fall_asleep() {
        hub.clock.advance(1s);
        return scenes::eventually([&] {
            const auto seen = hub.hub().metrics();
            return seen.live_orchestrations == 0 && seen.live_entities == 0;
        });
    }
};

} // namespace

TEST_CASE("an idle instance leaves memory and is replayed once for each event that finds it out") {
    bedroom here;
    const auto id = here.hub.client().start(add_two);
    REQUIRE(here.all_fall_asleep());
    CHECK(perdure::detail::frame_bytes() == 0);

    here.hub.client().raise(id, number, 1);
    REQUIRE(here.all_fall_asleep());
    here.hub.client().raise(id, number, 2);

    CHECK(here.hub.wait(add_two, id) == 3);
    CHECK(here.hub.hub().metrics().replays == 2);
}

TEST_CASE("an instance that is awake is not replayed for an event") {
    bedroom here;
    const auto id = here.hub.client().start(add_two);

    here.hub.client().raise(id, number, 1);
    here.hub.client().raise(id, number, 2);

    CHECK(here.hub.wait(add_two, id) == 3);
    CHECK(here.hub.hub().metrics().replays == 0);
}

TEST_CASE("a dormant instance is woken by its timer") {
    bedroom here;
    const auto id = here.hub.client().start(sleepy);
    REQUIRE(here.all_fall_asleep());

    here.hub.clock.advance(24h);

    CHECK(here.hub.wait(sleepy, id) == 1);
}

TEST_CASE("an instance with an activity under way stays in memory") {
    bedroom here;
    const auto resting = here.hub.client().start(add_two);
    const auto id = here.hub.client().start(busy);
    REQUIRE(here.door.await_arrivals(1));

    here.hub.clock.advance(1s);
    REQUIRE(scenes::eventually([&] { return here.hub.hub().metrics().live_orchestrations == 1; }));
    here.door.open();

    CHECK(here.hub.wait(busy, id) == 5);
    CHECK(here.hub.hub().metrics().replays == 0);
}

TEST_CASE("an entity that left memory keeps its state") {
    bedroom here;
    here.hub.client().signal(counters["a"], &counter::add, 1);
    REQUIRE(here.all_fall_asleep());

    here.hub.client().signal(counters["a"], &counter::add, 2);

    CHECK(here.hub.client().read(counters["a"])->value == 3);
}

TEST_CASE("more instances than live_max complete, and the excess is not kept in memory") {
    perdure::hub_options options;
    options.live_max = 3;
    perdure::registry functions;
    functions.add(add_two, hear_twice);
    scenes::scene hub(functions, options);
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i) {
        ids.push_back(hub.client().start(add_two));
        hub.clock.advance(1ms);
    }
    REQUIRE(scenes::eventually([&] { return hub.hub().metrics().live_orchestrations <= 3; }));

    int sum = 0;
    for (const auto& each : ids) {
        hub.client().raise(each, number, 1);
        hub.client().raise(each, number, 2);
        sum += hub.wait(add_two, each);
    }

    CHECK(sum == 60);
}
