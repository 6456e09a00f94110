// SPDX-License-Identifier: Apache-2.0
// Critical sections: the holder has its entities to itself, the others wait in order, and whatever
// ends a section frees them.
#include "scenarios/every_step.hpp"
#include "scenarios/scene.hpp"

#include <perdure/testing/machine.hpp>

#include <algorithm>

using namespace perdure;
using namespace std::chrono_literals;

namespace {

struct list {
    std::vector<int> items;
    void add(int item) { items.push_back(item); }
    int size() const { return static_cast<int>(items.size()); }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(list, items)
};
inline constexpr entity lists{"list", op("add", &list::add), op("size", &list::size)};

inline constexpr orchestration<int()> holding{"holding"};
inline constexpr orchestration<int(int)> adding{"adding"};
inline constexpr orchestration<bool(int)> hurrying{"hurrying"};
inline constexpr orchestration<int()> failing{"failing"};
inline constexpr orchestration<int(std::string, std::string, int)> swapping{"swapping"};
inline constexpr orchestration<int()> rude{"rude"};
inline constexpr perdure::event<int> go{"go"};

using context = orchestration_context;

/// Holds a and b until it is told to go on; adds what it was told, after 100.
task<int> run_holding(context& ctx) {
    const auto guard = co_await ctx.lock(lists["a"], lists["b"]);
    co_await ctx.call(lists["a"], &list::add, 100);
    const int told = co_await ctx.wait_for(go);
    co_await ctx.call(lists["a"], &list::add, told);
    co_return co_await ctx.call(lists["a"], &list::size);
}

task<int> run_adding(context& ctx, int item) {
    ctx.signal(lists["a"], &list::add, item);
    co_await ctx.call(lists["a"], &list::add, item + 1);
    co_return item;
}

task<bool> run_hurrying(context& ctx, int timeout_ms) {
    try {
        const auto guard = co_await ctx.lock(lock_options{std::chrono::milliseconds(timeout_ms)},
                                             lists["0"], lists["a"]);
        co_await ctx.call(lists["a"], &list::add, 7);
    } catch (const error& late) {
        if (late.code() != errc::timeout)
            throw;
        co_return false;
    }
    co_return true;
}

task<int> run_failing(context& ctx) {
    const auto guard = co_await ctx.lock(lists["a"]);
    throw std::runtime_error("inside");
}

/// Two of these in opposite directions would wait for each other, if each locked in its own order.
task<int> run_swapping(context& ctx, std::string first, std::string second, int item) {
    const auto guard = co_await ctx.lock(lists[first], lists[second]);
    const int before = co_await ctx.call(lists[first], &list::size);
    co_await ctx.call(lists[first], &list::add, item);
    co_await ctx.call(lists[second], &list::add, item);
    const int after = co_await ctx.call(lists[first], &list::size);
    co_return after - before;
}

task<int> run_rude(context& ctx) {
    const auto guard = co_await ctx.lock(lists["a"]);
    co_return co_await ctx.call(lists["b"], &list::size);
}

registry functions() {
    return registry()
        .add(lists)
        .add(holding, run_holding)
        .add(adding, run_adding)
        .add(hurrying, run_hurrying)
        .add(failing, run_failing)
        .add(swapping, run_swapping)
        .add(rude, run_rude);
}

std::vector<int> items(client& of, const std::string& key) {
    const auto seen = of.read(lists[key]);
    return seen ? seen->items : std::vector<int>{};
}

/// A machine on which instance `h` has entered its section.
struct occupied {
    testing::machine machine{functions()};

    occupied() {
        machine.client().start({"h"}, holding);
        machine.run_until_idle();
    }
    client& hub() { return machine.client(); }
    void go_on() {
        hub().raise("h", go, 200);
        machine.run_until_idle();
    }
};

} // namespace

TEST_CASE("operations of others wait for the section to be left, and keep their order") {
    occupied scene;
    scene.hub().signal(lists["a"], &list::add, 1);
    scene.hub().start({"i"}, adding, 2);
    scene.machine.run_until_idle();
    scene.hub().signal(lists["a"], &list::add, 4);
    CHECK(items(scene.hub(), "a") == std::vector<int>{100});

    scene.go_on();

    CHECK(scene.hub().wait(holding, "h", 0s) == 2);
    CHECK(items(scene.hub(), "a") == std::vector<int>{100, 200, 1, 2, 3, 4});
}

TEST_CASE("what waits at a locked entity survives a crash, in order") {
    occupied scene;
    for (int i = 1; i < 5; ++i)
        scene.hub().signal(lists["a"], &list::add, i);

    scene.machine.crash();
    scene.hub().signal(lists["a"], &list::add, 5);
    scene.machine.power_cut();
    CHECK(items(scene.hub(), "a") == std::vector<int>{100});
    scene.go_on();

    CHECK(items(scene.hub(), "a") == std::vector<int>{100, 200, 1, 2, 3, 4, 5});
}

TEST_CASE("a section outlives restarts and idle times of its holder and its entities") {
    occupied scene;
    scene.machine.advance(1h);
    scene.machine.restart(1h);
    scene.machine.run_until_idle();

    scene.hub().signal(lists["b"], &list::add, 1);
    CHECK(items(scene.hub(), "b").empty());

    scene.go_on();
    CHECK(items(scene.hub(), "b") == std::vector<int>{1});
}

TEST_CASE("a listing says who holds each entity, since when, and who waits in which order") {
    occupied scene;
    const timestamp begun = scene.machine.now();
    scene.machine.advance(1s);
    scene.hub().start({"u"}, swapping, "b", "c", 1);
    scene.machine.run_until_idle();
    scene.hub().start({"v"}, swapping, "c", "b", 2);
    scene.machine.run_until_idle();

    const auto locks = scene.hub().locks();

    REQUIRE(locks.size() == 2);
    CHECK(locks[0].entity == lists["a"].id());
    CHECK(locks[0].held->instance == "h");
    CHECK(locks[0].held->since <= begun);
    CHECK(locks[0].waiting.empty());
    CHECK(locks[1].entity == lists["b"].id());
    CHECK(locks[1].waiting == std::vector<std::string>{"u", "v"});
    scene.go_on();
    CHECK(scene.hub().locks().empty());
}

TEST_CASE("a request that is not granted in time is withdrawn, also where it was granted already") {
    occupied scene;
    scene.hub().start({"q"}, hurrying, 5000); // gets 0, waits for a
    scene.machine.run_until_idle();
    CHECK(scene.hub().locks().front().held->instance == "q");

    scene.machine.advance(6s);

    CHECK_FALSE(scene.hub().wait(hurrying, "q", 0s));
    CHECK(scene.hub().locks().front().entity == lists["a"].id());
    scene.go_on();
    CHECK(scene.hub().locks().empty());
    CHECK(items(scene.hub(), "a") == std::vector<int>{100, 200});
}

TEST_CASE("a request that is granted in time runs its section") {
    occupied scene;
    scene.hub().start({"q"}, hurrying, 5000);
    scene.machine.run_until_idle();

    scene.go_on();

    CHECK(scene.hub().wait(hurrying, "q", 0s));
    CHECK(items(scene.hub(), "a") == std::vector<int>{100, 200, 7});
}

TEST_CASE("an orchestration that fails inside a section frees its entities") {
    testing::machine machine(functions());
    machine.client().start({"f"}, failing);
    machine.run_until_idle();

    CHECK_THROWS_AS(machine.client().wait(failing, "f", 0s), task_failed);
    CHECK(machine.client().locks().empty());
    machine.client().signal(lists["a"], &list::add, 1);
    CHECK(items(machine.client(), "a") == std::vector<int>{1});
}

TEST_CASE("a broken rule fails the orchestration with its name, and frees its entities") {
    testing::machine machine(functions());
    machine.client().start({"r"}, rude);
    machine.run_until_idle();

    const auto failed =
        scenes::thrown_by<task_failed>([&] { machine.client().wait(rude, "r", 0s); });
    CHECK(scenes::has(failed.details().message,
                      "only locked entities may be called inside a critical section"));
    CHECK(machine.client().locks().empty());
}

TEST_CASE("an entity that was only locked has no state, before and after") {
    occupied scene;
    CHECK_FALSE(scene.hub().read(lists["b"]));

    scene.go_on();

    CHECK_FALSE(scene.hub().read(lists["b"]));
}

TEST_CASE("sections that name the same entities in any order never wait in a circle") {
    scenes::scene hub(functions());
    std::vector<std::string> ids;
    const std::vector<std::string> keys{"a", "b", "c"};
    for (std::size_t i = 0; i < 60; ++i)
        ids.push_back(hub.client().start(swapping, keys[i % 3], keys[(i * 5 + 1) % 3], 1));

    for (const auto& each : ids) {
        const int seen = hub.wait(swapping, each);
        CHECK((seen == 1 || seen == 2)); // 2 if both are the same
    }
    CHECK(scenes::eventually([&] { return hub.client().locks().empty(); }));
}

TEST_CASE("wherever the process dies, sections stay exclusive and end, and nobody stays locked") {
    scenes::story told;
    told.begin = [](auto& machine) {
        client& to = machine.client();
        to.start_async(scenes::once("s1"), swapping, "a", "b", 1);
        to.start_async(scenes::once("s2"), swapping, "b", "a", 2);
        to.start_async(scenes::once("i"), adding, 10);
    };
    told.end = [](auto& machine) {
        client& of = machine.client();
        CHECK(of.wait(swapping, "s1", 1min) == 1);
        CHECK(of.wait(swapping, "s2", 1min) == 1);
        CHECK(of.wait(adding, "i", 1min) == 10);
    };
    told.at_rest = [](auto& machine) {
        client& of = machine.client();
        CHECK(of.locks().empty());
        std::vector<int> a = items(of, "a"), b = items(of, "b");
        std::sort(a.begin(), a.end());
        std::sort(b.begin(), b.end());
        CHECK(a == std::vector<int>{1, 2, 10, 11});
        CHECK(b == std::vector<int>{1, 2});
    };

    CHECK(scenes::crash_at_every_step(functions(), told) > 30);
}

TEST_CASE("wherever the process dies, a request given up in time is granted to nobody") {
    scenes::story told;
    told.begin = [](auto& machine) {
        client& to = machine.client();
        to.start_async(scenes::once("h"), holding);
        to.start_async(scenes::once("q"), hurrying, 1);
    };
    told.end = [](auto& machine) {
        client& of = machine.client();
        of.wait(hurrying, "q", 1min);
        of.raise("h", go, 200);
        CHECK(of.wait(holding, "h", 1min) >= 2);
    };
    told.at_rest = [](auto& machine) { CHECK(machine.client().locks().empty()); };

    CHECK(scenes::crash_at_every_step(functions(), told) > 20);
}
