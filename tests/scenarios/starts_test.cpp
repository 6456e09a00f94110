// SPDX-License-Identifier: Apache-2.0
// Starting instances: idempotent by id, refused for wrong ids and unknown functions.
#include "scenarios/scene.hpp"

#include <future>

using namespace std::chrono_literals;

namespace {

inline constexpr perdure::event<bool> go{"go"};
inline constexpr perdure::orchestration<int(int)> twice{"twice"};
inline constexpr perdure::orchestration<int(int)> thrice{"thrice"};
inline constexpr perdure::orchestration<int(int)> unheard_of{"unheard_of"};

using context = perdure::orchestration_context;

perdure::task<int> double_it(context&, int number) {
    co_return 2 * number;
}

perdure::task<int> triple_it(context& ctx, int number) {
    co_await ctx.wait_for(go);
    co_return 3 * number;
}

perdure::registry functions() {
    perdure::registry filled;
    filled.add(twice, double_it);
    filled.add(thrice, triple_it);
    return filled;
}

} // namespace

TEST_CASE("starting again under an id with the same function and input changes nothing") {
    scenes::scene hub(functions());
    CHECK(hub.client().start({.instance = "a"}, twice, 21) == "a");
    CHECK(hub.wait(twice, "a") == 42);
    const auto before = hub.client().history("a").size();

    CHECK(hub.client().start({.instance = "a"}, twice, 21) == "a");
    hub.reopen();
    CHECK(hub.client().start({.instance = "a"}, twice, 21) == "a");

    CHECK(hub.client().history("a").size() == before);
}

TEST_CASE("starting again under an id with another input is refused") {
    scenes::scene hub(functions());
    hub.client().start({.instance = "a"}, twice, 21);

    CHECK(scenes::errc_of([&] { hub.client().start({.instance = "a"}, twice, 22); }) ==
          perdure::errc::instance_exists);
    CHECK(hub.wait(twice, "a") == 42);
}

TEST_CASE("starting again under an id with another function is refused") {
    scenes::scene hub(functions());
    hub.client().start({.instance = "a"}, twice, 21);

    CHECK(scenes::errc_of([&] { hub.client().start({.instance = "a"}, thrice, 21); }) ==
          perdure::errc::instance_exists);
}

TEST_CASE("ids that break a rule are refused and the message names the rule") {
    scenes::scene hub(functions());
    const auto [id, rule] = GENERATE(
        table<std::string, std::string>({{"@a", "must not start with '@'"},
                                         {"a\nb", "must not hold control characters"},
                                         {std::string(257, 'a'), "must have 1 to 256 bytes"}}));

    const auto refused = scenes::thrown_by<perdure::error>(
        [&, id = id] { hub.client().start({.instance = id}, twice, 1); });
    CHECK(refused.code() == perdure::errc::invalid_argument);
    CHECK(scenes::has(refused.what(), rule));
}

TEST_CASE("an id may hold anything else") {
    scenes::scene hub(functions());
    const auto id =
        GENERATE(as<std::string>{}, "a", "a b/c@d:0", "\xc3\xa4", std::string(256, 'x'));

    CHECK(hub.client().start({.instance = id}, twice, 1) == id);
    CHECK(hub.wait(twice, id) == 2);
}

TEST_CASE("an orchestration that is not registered can't be started") {
    scenes::scene hub(functions());

    const auto refused = scenes::thrown_by<perdure::error>(
        [&] { hub.client().start({.instance = "a"}, unheard_of, 1); });
    CHECK(refused.code() == perdure::errc::not_registered);
    CHECK(scenes::has(refused.what(), "orchestration 'unheard_of' is not registered"));
    CHECK_FALSE(hub.client().status("a"));
}

TEST_CASE("a name can be registered once") {
    perdure::registry filled = functions();

    CHECK(scenes::errc_of([&] { filled.add(twice, double_it); }) == perdure::errc::duplicate);
}

TEST_CASE("two instances without an id are two instances") {
    scenes::scene hub(functions());

    CHECK(hub.client().start(twice, 1) != hub.client().start(twice, 1));
}

TEST_CASE("waiting for an unknown instance is refused") {
    scenes::scene hub(functions());

    CHECK(scenes::errc_of([&] { hub.wait(twice, "nobody"); }) == perdure::errc::not_found);
}

TEST_CASE("a wait that is too short changes nothing") {
    scenes::scene hub(functions());
    const auto id = hub.client().start(thrice, 5);

    CHECK(scenes::errc_of([&] { hub.client().wait(thrice, id, 1ms); }) == perdure::errc::timeout);
    hub.client().raise(id, go, true);
    CHECK(hub.wait(thrice, id) == 15);
}

TEST_CASE("on_finished is called once, with the status that is on disk") {
    scenes::scene hub(functions());
    std::promise<perdure::instance_status> finished;
    perdure::start_options options;
    options.on_finished = [&](const auto& seen) { finished.set_value(seen); };

    const auto id = hub.client().start(options, twice, 4);

    auto told = finished.get_future();
    REQUIRE(told.wait_for(scenes::patience) == std::future_status::ready);
    const auto seen = told.get();
    CHECK(seen.instance == id);
    CHECK(seen.status == perdure::runtime_status::completed);
    CHECK(seen.output.data == "8");
    CHECK(hub.client().status(id)->status == perdure::runtime_status::completed);
}

TEST_CASE("a thousand starts that nobody waits for one by one all complete") {
    scenes::scene hub(functions());
    std::vector<std::future<std::string>> started;
    for (int i = 0; i < 1000; ++i)
        started.push_back(hub.client().start_async({}, twice, i));

    int sum = 0;
    for (auto& each : started)
        sum += hub.wait(twice, each.get());

    CHECK(sum == 999 * 1000);
}
