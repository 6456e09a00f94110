// SPDX-License-Identifier: Apache-2.0
// Monitor: polls on durable timers until the condition holds or the time is up.
#include "activities/outside_world.hpp"
#include "orchestrations/monitor.hpp"
#include "scenarios/scene.hpp"

namespace {

/// A sky that the test clears, and the messages that were sent.
struct weather {
    std::atomic<bool> is_clear{false};
    std::atomic<int> looks{0};
    scenes::notes sent;

    perdure::registry functions() {
        perdure::registry filled;
        patterns::register_monitor(filled);
        patterns::register_outside_world(
            filled, {[this](const std::string&) {
                         ++looks;
                         return is_clear.load();
                     },
                     [this](const std::string&, const std::string& person,
                            const std::string& text) { sent.add(person + ": " + text); }});
        return filled;
    }
};

} // namespace

TEST_CASE("the monitor tells at once when the sky is clear already") {
    weather oslo;
    oslo.is_clear = true;
    scenes::scene hub(oslo.functions());

    CHECK(hub.run(patterns::watch_weather, "Oslo", "sailor"));
    CHECK(oslo.sent.lines() == std::vector<std::string>{"sailor: the sky over Oslo is clear"});
    CHECK(oslo.looks == 1);
}

TEST_CASE("the monitor looks again after its period and not before") {
    weather oslo;
    scenes::scene hub(oslo.functions());
    const auto early = hub.client().start(patterns::watch_weather, "Oslo", "sailor");
    REQUIRE(hub.await(early, "TimerCreated"));
    hub.clock.advance(std::chrono::minutes(1));
    const auto late = hub.client().start(patterns::watch_weather, "Oslo", "pilot");
    REQUIRE(hub.await(late, "TimerCreated"));

    hub.clock.advance(patterns::weather_period - std::chrono::minutes(1));
    REQUIRE(hub.await(early, "TimerCreated", 2));
    CHECK(hub.count(late, "TimerFired") == 0);

    oslo.is_clear = true;
    hub.clock.advance(std::chrono::minutes(1));
    CHECK(hub.wait(patterns::watch_weather, late));
}

TEST_CASE("the monitor gives up at its expiry and tells nobody") {
    weather oslo;
    scenes::scene hub(oslo.functions());
    const auto id = hub.client().start(patterns::watch_weather, "Oslo", "sailor");
    REQUIRE(hub.await(id, "TimerCreated"));

    hub.clock.advance(patterns::weather_patience);

    CHECK_FALSE(hub.wait(patterns::watch_weather, id));
    CHECK(oslo.sent.lines().empty());
    CHECK(oslo.looks == 1);
}

TEST_CASE("the monitor publishes how often it has looked") {
    weather oslo;
    scenes::scene hub(oslo.functions());
    const auto id = hub.client().start(patterns::watch_weather, "Oslo", "sailor");
    REQUIRE(hub.await(id, "TimerCreated"));
    CHECK(hub.client().status(id)->custom_status.data == "1");

    hub.clock.advance(patterns::weather_period);

    CHECK(hub.await_custom_status(id, 2));
}
