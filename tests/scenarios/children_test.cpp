// SPDX-License-Identifier: Apache-2.0
// Sub-orchestrations: their ids, their parents, and what a taken id does.
#include "scenarios/scene.hpp"

namespace {

inline constexpr perdure::event<int> go{"go"};
inline constexpr perdure::orchestration<std::string(std::string)> family{"family"};
inline constexpr perdure::orchestration<std::string(int)> member{"member"};

using context = perdure::orchestration_context;

perdure::task<std::string> introduce(context& ctx, int number) {
    if (number < 0)
        co_await ctx.wait_for(go);
    co_return std::to_string(number) + " of " + ctx.parent();
}

perdure::task<std::string> three(context& ctx, std::string) {
    std::vector<perdure::durable<std::string>> children;
    for (int i = 0; i < 3; ++i)
        children.push_back(ctx.call(member, i));
    const auto said = co_await perdure::when_all(std::move(children));
    co_return said[0] + ", " + said[1] + ", " + said[2];
}

perdure::task<std::string> one_named(context& ctx, std::string name) {
    co_return co_await ctx.call_as(name, member, -1);
}

perdure::task<std::string> same_name_twice(context& ctx, std::string name) {
    auto first = ctx.call_as(name, member, -1);
    auto second = ctx.call_as(name, member, -1);
    const std::string good = co_await first;
    try {
        co_await second;
    } catch (const perdure::task_failed& failed) {
        co_return good + ", then " + failed.details().message;
    }
    co_return "both";
}

template <class F>
perdure::registry with_parent(F parent) {
    perdure::registry functions;
    functions.add(family, parent);
    functions.add(member, introduce);
    return functions;
}

std::vector<std::string> children_of(perdure::client& client, const std::string& id) {
    std::vector<std::string> ids;
    for (const auto& each : client.history(id))
        if (each.kind == "SubOrchestrationInstanceCreated")
            ids.push_back(each.target);
    return ids;
}

} // namespace

TEST_CASE("children give their results and know their parent") {
    scenes::scene hub(with_parent(three));
    const auto id = hub.client().start({.instance = "mother"}, family, "");

    CHECK(hub.wait(family, id) == "0 of mother, 1 of mother, 2 of mother");
}

TEST_CASE("a child's default id is its parent's execution and the number of the call") {
    scenes::scene hub(with_parent(three));
    const auto id = hub.client().start(family, "");
    hub.wait(family, id);

    const auto ids = children_of(hub.client(), id);

    REQUIRE(ids.size() == 3);
    CHECK(scenes::has(ids[0], ":0"));
    CHECK(ids[1] == ids[0].substr(0, ids[0].size() - 1) + "1");
    CHECK(hub.client().status(ids[2])->parent == id);
    CHECK(hub.client().status(ids[2])->output.data == "\"2 of " + id + "\"");
}

TEST_CASE("children of equal parents have different ids") {
    scenes::scene hub(with_parent(three));
    const auto a = hub.client().start(family, "");
    const auto b = hub.client().start(family, "");
    hub.wait(family, a);
    hub.wait(family, b);

    CHECK(children_of(hub.client(), a)[0] != children_of(hub.client(), b)[0]);
}

TEST_CASE("a child started under a chosen id is reached under it") {
    scenes::scene hub(with_parent(one_named));
    const auto id = hub.client().start({.instance = "mother"}, family, "ann");
    REQUIRE(scenes::eventually([&] { return hub.client().status("ann").has_value(); }));

    hub.client().raise("ann", go, 0);

    CHECK(hub.wait(family, id) == "-1 of mother");
}

TEST_CASE("a child under an id that is taken fails the call and leaves the owner alone") {
    scenes::scene hub(with_parent(one_named));
    hub.client().start({.instance = "ann"}, member, -1);
    const auto id = hub.client().start(family, "ann");

    const auto failed = scenes::thrown_by<perdure::task_failed>([&] { hub.wait(family, id); });

    CHECK(scenes::has(failed.details().message, "'ann' is taken by another start"));
    hub.client().raise("ann", go, 0);
    CHECK(hub.wait(member, "ann") == "-1 of ");
}

TEST_CASE("the second child under one id fails, also if both calls are equal") {
    scenes::scene hub(with_parent(same_name_twice));
    const auto id = hub.client().start({.instance = "mother"}, family, "ann");
    REQUIRE(hub.await(id, "SubOrchestrationInstanceFailed"));
    hub.client().raise("ann", go, 0);

    CHECK(hub.wait(family, id) == "-1 of mother, then instance id 'ann' is taken by another start");
}

TEST_CASE("an invalid child id fails the parent") {
    scenes::scene hub(with_parent(one_named));

    const auto failed = scenes::thrown_by<perdure::task_failed>([&] { hub.run(family, "@ann"); });
    CHECK(scenes::has(failed.details().message, "must not start with '@'"));
}
