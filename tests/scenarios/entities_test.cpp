// SPDX-License-Identifier: Apache-2.0
// Entities: one operation at a time, in order of sending, and each takes effect wholly or not at
// all.
#include "scenarios/scene.hpp"

namespace {

struct list {
    std::vector<int> items;

    void add(int item) { items.push_back(item); }
    int size() const { return static_cast<int>(items.size()); }
    void add_and_fail(perdure::entity_context& ctx, int item);
    void pass_on(perdure::entity_context& ctx, std::string key);
    std::string whoami(perdure::entity_context& ctx) { return ctx.id().text(); }
    void clear() { items.clear(); }
    void forgotten() {}

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(list, items)
};

inline constexpr perdure::entity lists{"List",
                                       perdure::op("add", &list::add),
                                       perdure::op("size", &list::size),
                                       perdure::op("clear", &list::clear),
                                       perdure::op("add_and_fail", &list::add_and_fail),
                                       perdure::op("pass_on", &list::pass_on),
                                       perdure::op("whoami", &list::whoami)};

/// What another program may know of the same entities.
inline constexpr perdure::entity newer_lists{"List", perdure::op("forgotten", &list::forgotten)};

void list::add_and_fail(perdure::entity_context& ctx, int item) {
    items.push_back(item);
    ctx.signal(lists["other"], &list::add, item);
    throw std::runtime_error("no room");
}

void list::pass_on(perdure::entity_context& ctx, std::string key) {
    for (const int item : std::exchange(items, {}))
        ctx.signal(lists[key], &list::add, item);
}

inline constexpr perdure::orchestration<std::string()> drive{"drive"};

using context = perdure::orchestration_context;

perdure::task<std::string> ordered(context& ctx) {
    for (int i = 0; i < 50; ++i)
        ctx.signal(lists["a"], &list::add, i);
    co_await ctx.call(lists["a"], &list::add, 50);
    ctx.signal(lists["a"], &list::add, 51);
    co_return std::to_string(co_await ctx.call(lists["a"], &list::size));
}

perdure::task<std::string> one_fails(context& ctx) {
    auto before = ctx.call(lists["a"], &list::add, 1);
    auto failing = ctx.call(lists["a"], &list::add_and_fail, 2);
    auto after = ctx.call(lists["a"], &list::add, 3);
    std::string failure;
    try {
        co_await failing;
    } catch (const perdure::task_failed& failed) {
        failure = failed.details().message;
    }
    co_await before;
    co_await after;
    co_return failure;
}

perdure::task<std::string> who(context& ctx) {
    co_return co_await ctx.call(lists["Key@1"], &list::whoami);
}

perdure::task<std::string> undeclared(context& ctx) {
    ctx.signal(lists["a"], &list::forgotten);
    co_return "sent";
}

perdure::task<std::string> unknown_there(context& ctx) {
    co_await ctx.call(newer_lists["a"], &list::forgotten);
    co_return "applied";
}

template <class F>
perdure::registry driving(F body) {
    perdure::registry functions;
    functions.add(drive, body);
    functions.add(lists);
    return functions;
}

std::vector<int> zero_to(int last) {
    std::vector<int> numbers;
    for (int i = 0; i <= last; ++i)
        numbers.push_back(i);
    return numbers;
}

} // namespace

TEST_CASE("calls and signals of one sender are applied in the order of sending") {
    scenes::scene hub(driving(ordered));

    CHECK(hub.run(drive) == "52");
    CHECK(hub.client().read(lists["a"])->items == zero_to(51));
}

TEST_CASE("an operation that throws rolls back alone and fails its caller alone") {
    scenes::scene hub(driving(one_fails));

    CHECK(hub.run(drive) == "no room");
    CHECK(hub.client().read(lists["a"])->items == std::vector<int>{1, 3});
}

TEST_CASE("an operation that throws sends nothing") {
    scenes::scene hub(driving(one_fails));
    hub.run(drive);

    hub.client().signal(lists["other"], &list::add, 9);

    CHECK(hub.client().read(lists["other"])->items == std::vector<int>{9});
}

TEST_CASE("an entity signals another in the order of its code") {
    scenes::scene hub(driving(ordered));
    hub.run(drive);

    hub.client().signal(lists["a"], &list::pass_on, "b");

    CHECK(scenes::eventually([&] {
        const auto b = hub.client().read(lists["b"]);
        return b && b->items == zero_to(51);
    }));
    CHECK(hub.client().read(lists["a"])->items.empty());
}

TEST_CASE("an entity may signal itself") {
    scenes::scene hub(driving(ordered));
    hub.client().signal(lists["a"], &list::add, 4);

    hub.client().signal(lists["a"], &list::pass_on, "a");

    CHECK(scenes::eventually(
        [&] { return hub.client().read(lists["a"])->items == std::vector<int>{4}; }));
}

TEST_CASE("an entity's kind is kept in lower case and its key as it is") {
    scenes::scene hub(driving(who));

    CHECK(hub.run(drive) == "@list@Key@1");
}

TEST_CASE("an entity that nobody sent anything has no state") {
    scenes::scene hub(driving(who));

    CHECK_FALSE(hub.client().read(lists["nobody"]));
}

TEST_CASE("a member function that was not declared as an operation is named as such") {
    scenes::scene hub(driving(undeclared));

    const auto refused = scenes::thrown_by<perdure::error>(
        [&] { hub.client().signal(lists["a"], &list::forgotten); });
    CHECK(refused.code() == perdure::errc::not_registered);
    CHECK(scenes::has(refused.what(), "add it to the declaration with op()"));
}

TEST_CASE("a signal to an entity that is not registered is refused") {
    perdure::registry none;
    scenes::scene hub(none);

    const auto refused =
        scenes::thrown_by<perdure::error>([&] { hub.client().signal(lists["a"], &list::add, 1); });
    CHECK(refused.code() == perdure::errc::not_registered);
    CHECK(scenes::has(refused.what(), "entity 'list' is not registered"));
}

TEST_CASE("an undeclared operation fails the orchestration that asks for it") {
    scenes::scene hub(driving(undeclared));

    const auto failed = scenes::thrown_by<perdure::task_failed>([&] { hub.run(drive); });
    CHECK(scenes::has(failed.details().message, "not declared as an operation"));
}

TEST_CASE("an operation that the registered entity does not have fails its caller") {
    scenes::scene hub(driving(unknown_there));

    const auto failed = scenes::thrown_by<perdure::task_failed>([&] { hub.run(drive); });
    CHECK(scenes::has(failed.details().message, "entity @list@a has no operation 'forgotten'"));
}

TEST_CASE("an orchestration that needs an entity nobody registered is held") {
    perdure::registry without;
    without.add(drive, ordered);
    scenes::scene hub(without);
    const auto id = hub.client().start(drive);

    const auto held = scenes::thrown_by<perdure::error>([&] { hub.wait(drive, id); });
    CHECK(held.code() == perdure::errc::held);
    CHECK(scenes::has(held.what(), "entity 'list' is not registered"));

    hub.reopen(driving(ordered));
    CHECK(hub.wait(drive, id) == "52");
}

TEST_CASE("a client's signal is applied when it returns, and its effect survives a restart") {
    scenes::scene hub(driving(who));
    hub.client().signal(lists["a"], &list::add, 1);
    CHECK(hub.client().read(lists["a"])->items == std::vector<int>{1});

    hub.reopen();

    CHECK(hub.client().read(lists["a"])->items == std::vector<int>{1});
}
