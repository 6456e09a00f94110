// SPDX-License-Identifier: Apache-2.0
// Task hubs themselves: one opener at a time, names, closing, and actor systems of one's own.
#include "scenarios/scene.hpp"

#include <caf/all.hpp>

#include <fstream>
#include <future>

using namespace std::chrono_literals;

namespace {

inline constexpr perdure::event<int> number{"number"};
inline constexpr perdure::activity<int(int)> work{"work"};
inline constexpr perdure::orchestration<int(int)> job{"job"};
inline constexpr perdure::orchestration<int()> waiting{"waiting"};

using context = perdure::orchestration_context;

perdure::task<int> do_work(context& ctx, int given) {
    co_return co_await ctx.call(work, given) + 1;
}

perdure::task<int> hear(context& ctx) {
    co_return co_await ctx.wait_for(number);
}

perdure::registry functions() {
    perdure::registry filled;
    filled.add(job, do_work);
    filled.add(waiting, hear);
    filled.add(work, [](int given) { return 10 * given; });
    return filled;
}

perdure::hub_options named(std::string name) {
    perdure::hub_options options;
    options.name = std::move(name);
    return options;
}

} // namespace

TEST_CASE("a hub that is open can't be opened again, and the message names the process") {
    scenes::scene hub(functions());

    const auto refused = scenes::thrown_by<perdure::error>(
        [&] { perdure::task_hub::open(hub.path(), functions()); });

    CHECK(refused.code() == perdure::errc::hub_locked);
    CHECK(scenes::has(refused.what(), "process " + std::to_string(::getpid())));
    CHECK(hub.run(job, 4) == 41);
}

TEST_CASE("a hub that is gone can be opened again") {
    scenes::scratch_directory place;
    { auto first = perdure::task_hub::open(place.path() / "Hub", functions()); }

    auto second = perdure::task_hub::open(place.path() / "Hub", functions());

    const auto id = second.client().start(job, 1);
    CHECK(second.client().wait(job, id, scenes::patience) == 11);
}

TEST_CASE("a hub's name that breaks a rule is refused and the message names the rule") {
    const auto name =
        GENERATE(as<std::string>{}, "ab", "1abc", "a-b", "a b c", std::string(46, 'a'));
    scenes::scratch_directory place;

    const auto refused = scenes::thrown_by<perdure::error>(
        [&] { perdure::task_hub::open(place.path() / "Hub", functions(), named(name)); });
    CHECK(refused.code() == perdure::errc::invalid_argument);
    CHECK(scenes::has(refused.what(), "3 to 45 letters and digits"));
}

TEST_CASE("a hub whose directory was renamed is refused until it is given its name") {
    scenes::scratch_directory place;
    perdure::task_hub::open(place.path() / "Before", functions()).close();
    std::filesystem::rename(place.path() / "Before", place.path() / "After");

    const auto refused = scenes::thrown_by<perdure::error>(
        [&] { perdure::task_hub::open(place.path() / "After", functions()); });
    CHECK(refused.code() == perdure::errc::hub_format);
    CHECK(scenes::has(refused.what(), "'Before'"));

    auto hub = perdure::task_hub::open(place.path() / "After", functions(), named("Before"));
    CHECK(hub.client().start(job, 1).size() == 36);
}

TEST_CASE("a hub can't be made where a file is") {
    scenes::scratch_directory place;
    std::ofstream(place.path() / "Hub") << "a file";

    CHECK(scenes::errc_of([&] { perdure::task_hub::open(place.path() / "Hub", functions()); }) ==
          perdure::errc::storage);
}

TEST_CASE("every verb of a closed hub's client says that it is closed") {
    scenes::scratch_directory place;
    auto hub = perdure::task_hub::open(place.path() / "Hub", functions());
    const auto id = hub.client().start(waiting);
    hub.close();
    hub.close(); // idempotent

    using perdure::errc;
    auto& client = hub.client();
    CHECK(scenes::errc_of([&] { client.start(job, 1); }) == errc::closed);
    CHECK(scenes::errc_of([&] { client.raise(id, number, 1); }) == errc::closed);
    CHECK(scenes::errc_of([&] { client.wait(waiting, id, 1s); }) == errc::closed);
    CHECK(scenes::errc_of([&] { client.status(id); }) == errc::closed);
    CHECK(scenes::errc_of([&] { client.history(id); }) == errc::closed);
    CHECK(scenes::errc_of([&] { client.get({}); }) == errc::closed);
    CHECK(perdure::detail::frame_bytes() == 0);
}

TEST_CASE("closing a hub wakes those who wait for an instance of it") {
    scenes::scratch_directory place;
    auto hub = perdure::task_hub::open(place.path() / "Hub", functions());
    const auto id = hub.client().start(waiting);
    auto waited = std::async(std::launch::async, [&] {
        return scenes::errc_of([&] { hub.client().wait(waiting, id, scenes::patience); });
    });

    hub.close();

    CHECK(waited.get() == perdure::errc::closed);
}

TEST_CASE("several hubs run in one actor system of the application") {
    scenes::scratch_directory place;
    caf::actor_system_config config;
    caf::actor_system system(config);
    perdure::hub_options options;
    options.actors = &system;
    auto a = perdure::task_hub::open(place.path() / "HubA", functions(), options);
    auto b = perdure::task_hub::open(place.path() / "HubB", functions(), options);

    const auto in_a = a.client().start({.instance = "same"}, job, 1);
    const auto in_b = b.client().start({.instance = "same"}, job, 2);

    CHECK(a.client().wait(job, in_a, scenes::patience) == 11);
    CHECK(b.client().wait(job, in_b, scenes::patience) == 21);
    a.close();
    CHECK(b.client().wait(job, b.client().start(job, 3), scenes::patience) == 31);
}

TEST_CASE("what survived with power durability is there when the hub is opened again") {
    scenes::scratch_directory place;
    {
        auto hub = perdure::task_hub::open(place.path() / "Hub", functions());
        hub.client().start({.instance = "a"}, waiting);
    }

    auto hub = perdure::task_hub::open(place.path() / "Hub", functions());
    hub.client().raise("a", number, 5);

    CHECK(hub.client().wait(waiting, "a", scenes::patience) == 5);
}

TEST_CASE("no coroutine is alive after a hub with waiting instances was closed") {
    scenes::scratch_directory place;
    auto hub = perdure::task_hub::open(place.path() / "Hub", functions());
    for (int i = 0; i < 10; ++i)
        hub.client().start(waiting);
    REQUIRE(perdure::detail::frame_bytes() > 0);

    hub.close();

    CHECK(perdure::detail::frame_bytes() == 0);
}
