// SPDX-License-Identifier: Apache-2.0
// What an orchestration sees of time, randomness and itself is the same when it is rebuilt.
#include "scenarios/scene.hpp"

#include <algorithm>

using namespace std::chrono_literals;

namespace {

inline constexpr perdure::event<bool> go{"go"};
inline constexpr perdure::activity<int()> work{"work"};
inline constexpr perdure::orchestration<std::string()> look{"look"};

using context = perdure::orchestration_context;

std::string glance(context& ctx) {
    const auto now = ctx.now().time_since_epoch().count();
    return std::to_string(now) + " " + std::to_string(ctx.random()()) + " " + ctx.new_id();
}

/// Publishes what it saw before it waits, and gives what it saw: after a restart, what the replay
/// saw.
perdure::task<std::string> look_twice(context& ctx) {
    std::string seen = glance(ctx);
    ctx.log("looked once");
    co_await ctx.call(work);
    seen += "\n" + glance(ctx);
    ctx.log("looked twice");
    ctx.set_status(seen);
    co_await ctx.wait_for(go);
    ctx.log("went on");
    co_return seen;
}

perdure::task<std::string> status_of_many_kinds(context& ctx) {
    ctx.set_status(1);
    ctx.set_status(std::vector<std::string>{"only", "the", "last"});
    co_await ctx.wait_for(go);
    co_return "done";
}

/// Gives how often it was told that it replays: at its start, and after the event.
perdure::task<std::string> ask_for_replay(context& ctx) {
    const bool at_start = ctx.is_replaying();
    co_await ctx.wait_for(go);
    co_return std::to_string(at_start) + std::to_string(ctx.is_replaying());
}

template <class F>
perdure::registry looking(F body) {
    perdure::registry functions;
    functions.add(look, body);
    functions.add(work, [] { return 0; });
    return functions;
}

std::string published(scenes::scene& hub, const std::string& id) {
    REQUIRE(
        scenes::eventually([&] { return hub.client().status(id)->custom_status.data != "null"; }));
    return perdure::codec<std::string>::decode(hub.client().status(id)->custom_status);
}

} // namespace

TEST_CASE("time, random bits and new ids are the same when an orchestration is rebuilt") {
    scenes::scene hub(looking(look_twice));
    const auto id = hub.client().start(look);
    const std::string before = published(hub, id);
    hub.clock.advance(1h);

    hub.reopen();
    hub.client().raise(id, go, true);

    CHECK(hub.wait(look, id) == before);
    CHECK(hub.hub().metrics().replays == 1);
}

TEST_CASE("two instances see different random bits and ids") {
    scenes::scene hub(looking(look_twice));
    const auto a = hub.client().start(look);
    const auto b = hub.client().start(look);

    CHECK(published(hub, a) != published(hub, b));
}

TEST_CASE("an instance of the same id in another hub sees different random bits") {
    std::string seen[2];
    for (std::string& each : seen) {
        scenes::scene hub(looking(look_twice));
        hub.client().start({.instance = "same"}, look);
        each = published(hub, "same");
    }

    CHECK(seen[0] != seen[1]);
}

TEST_CASE("time does not run backwards for an orchestration when the machine's clock does") {
    scenes::scene hub(looking(look_twice));
    const auto id = hub.client().start(look);
    published(hub, id);

    hub.clock.set_wall(hub.clock.wall() - 24h);
    hub.client().raise(id, go, true);
    hub.wait(look, id);

    const auto history = hub.client().history(id);
    CHECK(std::is_sorted(history.begin(), history.end(),
                         [](const auto& a, const auto& b) { return a.time < b.time; }));
}

TEST_CASE("a logged line appears once, also if it is replayed") {
    scenes::scene hub(looking(look_twice));
    const auto id = hub.client().start(look);
    published(hub, id);

    hub.reopen();
    hub.client().raise(id, go, true);
    hub.wait(look, id);

    CHECK(hub.log.count(id + ": looked once") == 1);
    CHECK(hub.log.count(id + ": looked twice") == 1);
    CHECK(hub.log.count(id + ": went on") == 1);
}

TEST_CASE("the custom status is the last one set, of any type, and survives a restart") {
    scenes::scene hub(looking(status_of_many_kinds));
    const auto id = hub.client().start(look);
    REQUIRE(hub.await_custom_status(id, std::vector<std::string>{"only", "the", "last"}));

    hub.reopen();

    CHECK(hub.client().status(id)->custom_status.data == R"(["only","the","last"])");
}

TEST_CASE("an orchestration is told when it replays and when it does not") {
    scenes::scene hub(looking(ask_for_replay));
    const auto id = hub.client().start(look);
    REQUIRE(hub.await(id, "ExecutionStarted"));

    hub.reopen();
    hub.client().raise(id, go, true);

    CHECK(hub.wait(look, id) == "10");
}
