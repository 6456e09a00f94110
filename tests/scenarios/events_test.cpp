// SPDX-License-Identifier: Apache-2.0
// External events: they are kept until somebody waits, in order, and only while the instance lives.
#include "scenarios/scene.hpp"

namespace {

inline constexpr perdure::event<int> number{"number"};
inline constexpr perdure::event<int> shouted_number{"NUMBER"};
inline constexpr perdure::event<bool> go{"go"};
inline constexpr perdure::orchestration<std::vector<int>()> listen{"listen"};

using context = perdure::orchestration_context;

perdure::task<std::vector<int>> three_after_go(context& ctx) {
    co_await ctx.wait_for(go);
    std::vector<int> heard;
    for (int i = 0; i < 3; ++i)
        heard.push_back(co_await ctx.wait_for(number));
    co_return heard;
}

perdure::task<std::vector<int>> two_waiters(context& ctx) {
    auto first = ctx.wait_for(number);
    auto second = ctx.wait_for(number);
    const int b = co_await second;
    const int a = co_await first;
    co_return std::vector<int>{a, b};
}

perdure::task<std::vector<int>> withdrawn(context& ctx) {
    { auto dropped = ctx.wait_for(number); }
    auto cancelled = ctx.wait_for(number);
    cancelled.cancel();
    const int heard = co_await ctx.wait_for(number);
    co_return std::vector<int>{heard};
}

template <class F>
perdure::registry listening(F body) {
    perdure::registry functions;
    functions.add(listen, body);
    return functions;
}

} // namespace

TEST_CASE("events that nobody waits for yet are kept in order") {
    scenes::scene hub(listening(three_after_go));
    const auto id = hub.client().start(listen);
    for (const int each : {1, 2, 3})
        hub.client().raise(id, number, each);

    hub.client().raise(id, go, true);

    CHECK(hub.wait(listen, id) == std::vector<int>{1, 2, 3});
}

TEST_CASE("events that nobody waits for yet are kept over a restart") {
    scenes::scene hub(listening(three_after_go));
    const auto id = hub.client().start(listen);
    hub.client().raise(id, number, 1);
    hub.client().raise(id, number, 2);

    hub.reopen();
    hub.client().raise(id, number, 3);
    hub.client().raise(id, go, true);

    CHECK(hub.wait(listen, id) == std::vector<int>{1, 2, 3});
}

TEST_CASE("event names are compared without regard to case") {
    scenes::scene hub(listening(three_after_go));
    const auto id = hub.client().start(listen);
    hub.client().raise(id, go, true);
    hub.client().raise(id, number, 1);
    hub.client().raise(id, shouted_number, 2);
    hub.client().raise(id, number, 3);

    CHECK(hub.wait(listen, id) == std::vector<int>{1, 2, 3});
}

TEST_CASE("of two who wait for an event the first is served first") {
    scenes::scene hub(listening(two_waiters));
    const auto id = hub.client().start(listen);
    hub.client().raise(id, number, 1);
    hub.client().raise(id, number, 2);

    CHECK(hub.wait(listen, id) == std::vector<int>{1, 2});
}

TEST_CASE("a wait that was dropped or cancelled takes no event") {
    scenes::scene hub(listening(withdrawn));
    const auto id = hub.client().start(listen);
    hub.client().raise(id, number, 7);

    CHECK(hub.wait(listen, id) == std::vector<int>{7});
}

TEST_CASE("an event for an unknown instance is refused") {
    scenes::scene hub(listening(withdrawn));

    CHECK(scenes::errc_of([&] { hub.client().raise("nobody", number, 1); }) ==
          perdure::errc::not_found);
    CHECK_FALSE(hub.client().status("nobody"));
    CHECK(scenes::errc_of([&] { hub.client().history("nobody"); }) == perdure::errc::not_found);
}

TEST_CASE("an event for a finished instance is refused and leaves its history alone") {
    scenes::scene hub(listening(withdrawn));
    const auto id = hub.client().start(listen);
    hub.client().raise(id, number, 1);
    hub.wait(listen, id);
    const auto before = hub.client().history(id).size();

    CHECK(scenes::errc_of([&] { hub.client().raise(id, number, 2); }) ==
          perdure::errc::instance_finished);
    hub.reopen();
    CHECK(scenes::errc_of([&] { hub.client().raise(id, number, 2); }) ==
          perdure::errc::instance_finished);
    CHECK(hub.client().history(id).size() == before);
}

TEST_CASE("an event whose value has the wrong form fails who waits for it") {
    static constexpr perdure::event<std::string> wordy{"number"};
    scenes::scene hub(listening(withdrawn));
    const auto id = hub.client().start(listen);
    hub.client().raise(id, wordy, "seven");

    const auto failed = scenes::thrown_by<perdure::task_failed>([&] { hub.wait(listen, id); });
    CHECK(failed.details().type == "perdure::error");
}
