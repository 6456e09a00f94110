// SPDX-License-Identifier: Apache-2.0
// Continue-as-new: an instance goes on with a new history, and what matters goes with it.
#include "scenarios/every_step.hpp"
#include "scenarios/scene.hpp"

#include <numeric>

using namespace std::chrono_literals;

namespace {

using context = perdure::orchestration_context;

inline constexpr perdure::event<int> number{"number"};
inline constexpr perdure::event<bool> go{"go"};
inline constexpr perdure::activity<int(int)> work{"work"};
inline constexpr perdure::orchestration<int(int, int)> count{"count"};
inline constexpr perdure::orchestration<std::vector<int>(std::vector<int>)> collect{"collect"};
inline constexpr perdure::orchestration<int(int)> nap{"nap"};
inline constexpr perdure::orchestration<int()> mother{"mother"};
inline constexpr perdure::orchestration<int(int)> first_version{"version1"};
inline constexpr perdure::orchestration<int(int, std::string)> second_version{"version2"};
inline constexpr perdure::orchestration<int(int)> spin{"spin"};
inline constexpr perdure::orchestration<std::size_t(std::string)> carry{"carry"};

/// Adds up 1 to `left`, one addition an execution.
perdure::task<int> run_count(context& ctx, int sum, int left) {
    ctx.set_status(left);
    if (left == 0)
        co_return sum;
    const int added = co_await ctx.call(work, left);
    ctx.continue_as_new(count, sum + added, left - 1);
}

/// Collects to ten, at most three an execution.
perdure::task<std::vector<int>> run_collect(context& ctx, std::vector<int> got) {
    for (int i = 0; i < 3; ++i) {
        got.push_back(co_await ctx.wait_for(number));
        if (got.size() == 10)
            co_return got;
    }
    ctx.continue_as_new(collect, got);
}

/// Gives up an hour's sleep for one of two hours, with a timer of the same number.
perdure::task<int> run_nap(context& ctx, int naps) {
    auto sleep = ctx.sleep_for(naps == 0 ? 1h : 2h);
    if (naps == 0) {
        co_await ctx.wait_for(go);
        ctx.continue_as_new(nap, 1);
    }
    co_await sleep;
    co_return naps;
}

perdure::task<int> run_mother(context& ctx) {
    co_return co_await ctx.call_as("child", count, 0, 4);
}

perdure::task<int> run_first_version(context& ctx, int n) {
    co_await ctx.wait_for(go);
    ctx.continue_as_new(second_version, n, std::string("two"));
}

perdure::task<int> run_second_version(context& ctx, int n, std::string word) {
    co_await ctx.wait_for(go);
    co_return n + static_cast<int>(word.size());
}

perdure::task<int> run_spin(context& ctx, int n) {
    if (n < 0)
        co_return n;
    ctx.continue_as_new(spin, n + 1);
}

/// Hands a large text from one execution to the next.
perdure::task<std::size_t> run_carry(context& ctx, std::string text) {
    if (text.size() == 5000) {
        co_await ctx.wait_for(go);
        co_return text.size();
    }
    ctx.set_status(text);
    ctx.continue_as_new(carry, text + std::string(1000, 'x'));
}

perdure::registry functions() {
    perdure::registry all;
    all.add(work, [](int n) { return n; });
    all.add(count, run_count).add(collect, run_collect).add(nap, run_nap).add(mother, run_mother);
    all.add(first_version, run_first_version).add(second_version, run_second_version);
    all.add(spin, run_spin).add(carry, run_carry);
    return all;
}

perdure::testing::machine machine_with(perdure::registry all) {
    perdure::testing::machine_options options;
    options.hub.inline_payload_max = 200;
    return perdure::testing::machine(std::move(all), options);
}

std::string execution_of(perdure::client& client, const std::string& id) {
    for (const auto& each : client.history(id))
        if (each.kind == "TaskScheduled" || each.kind == "ExecutionStarted")
            return std::to_string(each.number) + each.value.data;
    return {};
}

} // namespace

TEST_CASE("an instance that continues as new keeps its id, its age and its status") {
    auto machine = machine_with(functions());
    perdure::client& client = machine.client();
    client.start({.instance = "c"}, count, 0, 5);
    const auto created = client.status("c")->created;
    machine.advance(1min);

    CHECK(client.wait(count, "c", 1h) == 15);
    const auto seen = client.status("c").value();
    CHECK(seen.created == created);
    CHECK(seen.custom_status.data == "0");
    CHECK(seen.input.data == "[15,0]");
    CHECK(seen.parent.empty());
}

TEST_CASE("the history holds nothing but the latest execution") {
    auto machine = machine_with(functions());
    machine.client().start({.instance = "c"}, count, 0, 50);
    machine.run_until_idle();

    const auto history = machine.client().history("c");
    CHECK(history.size() < 5);
    CHECK(history.front().kind == "ExecutionStarted");
    CHECK(execution_of(machine.client(), "c") == "0[1275,0]");
}

TEST_CASE("an instance is running, whichever execution it is in") {
    auto machine = machine_with(functions());
    machine.client().start({.instance = "c"}, count, 0, 30);

    while (machine.run_steps(1) == 1) {
        const auto status = machine.client().status("c")->status;
        if (status == perdure::runtime_status::completed)
            break;
        REQUIRE(status == perdure::runtime_status::running);
    }
    CHECK(machine.client().wait(count, "c", 0ms) == 465);
}

TEST_CASE("the end of an execution and the beginning of the next are one commit") {
    perdure::testing::machine machine(functions());
    const auto before = machine.metrics();
    const auto id = machine.client().start(count, 0, 1);
    machine.client().wait(count, id, 1s);

    // The start; the activity's result, which ends the first execution; the second one's only step.
    CHECK(machine.metrics().commits - before.commits == 3);
}

TEST_CASE("a counting instance counts right, wherever the power goes") {
    scenes::story told;
    told.begin = [](auto& machine) {
        machine.client().start_async(scenes::once("c"), count, 0, 4);
    };
    told.end = [](auto& machine) { REQUIRE(machine.client().wait(count, "c", 1h) == 10); };

    CHECK(scenes::crash_at_every_step(functions(), told) > 30);
}

TEST_CASE("every event is collected once and in order, wherever the power goes") {
    std::vector<int> all(10);
    std::iota(all.begin(), all.end(), 0);
    scenes::story told;
    told.before = [](auto& machine) { machine.client().start({.instance = "c"}, collect, {}); };
    told.begin = [](auto& machine) {
        for (int i = 0; i < 10; ++i)
            machine.client().raise_async("c", number, i, {.key = "n" + std::to_string(i)});
    };
    told.end = [&](auto& machine) { REQUIRE(machine.client().wait(collect, "c", 1h) == all); };

    CHECK(scenes::crash_at_every_step(functions(), told) > 30);
}

TEST_CASE("a timer of the execution before does not fire in the next one") {
    auto machine = machine_with(functions());
    perdure::client& client = machine.client();
    client.start({.instance = "n"}, nap, 0);
    machine.advance(30min);
    client.raise("n", go, true);
    machine.run_until_idle();

    machine.advance(1h + 59min);
    CHECK(client.status("n")->status == perdure::runtime_status::running);
    machine.advance(1min);
    CHECK(client.wait(nap, "n", 0ms) == 1);
}

TEST_CASE("a parent gets the result of the last execution of its child") {
    scenes::story told;
    told.begin = [](auto& machine) { machine.client().start_async(scenes::once("m"), mother); };
    told.end = [](auto& machine) {
        REQUIRE(machine.client().wait(mother, "m", 1h) == 10);
        REQUIRE(machine.client().status("child")->parent == "m");
    };

    CHECK(scenes::crash_at_every_step(functions(), told) > 30);
}

TEST_CASE("an instance may continue as another function, which gives its result") {
    auto machine = machine_with(functions());
    perdure::client& client = machine.client();
    client.start({.instance = "v"}, first_version, 40);
    client.raise("v", go, true);
    client.raise("v", go, true);

    CHECK(client.wait(first_version, "v", 1h) == 43);
    CHECK(client.status("v")->name == "version2");
}

TEST_CASE("an instance that can't continue, because the function is missing, is held and goes on") {
    perdure::registry without;
    without.add(first_version, run_first_version);
    auto machine = machine_with(without);
    machine.client().start({.instance = "v"}, first_version, 40);
    machine.client().raise("v", go, true);
    machine.run_until_idle();
    CHECK(scenes::has(machine.client().status("v")->held.value(), "'version2'"));

    machine.install(functions());
    machine.restart();
    machine.client().raise("v", go, true);

    CHECK(machine.client().wait(first_version, "v", 1h) == 43);
}

TEST_CASE("repeating the start of an instance that has continued since changes nothing") {
    auto machine = machine_with(functions());
    perdure::client& client = machine.client();
    client.start({.instance = "v"}, first_version, 40);
    client.raise("v", go, true);
    machine.run_until_idle();

    CHECK(client.start({.instance = "v"}, first_version, 40) == "v");
    CHECK(scenes::errc_of([&] { client.start({.instance = "v"}, first_version, 41); }) ==
          perdure::errc::instance_exists);
    client.raise("v", go, true);
    CHECK(client.wait(first_version, "v", 1h) == 43);
}

TEST_CASE("a custom status stays until another is set, also a large one") {
    auto machine = machine_with(functions());
    perdure::client& client = machine.client();
    client.start({.instance = "c"}, carry, std::string(1000, 'x'));
    machine.run_until_idle();
    CHECK(client.status("c")->custom_status.external);
    client.raise("c", go, true);

    CHECK(client.wait(carry, "c", 1h) == 5000);
    CHECK(client.status("c")->custom_status.data.size() == 4002); // of the execution before
    CHECK(client.status("c")->input.data.size() == 5002);
}

TEST_CASE("one that does nothing but continue keeps nobody from getting on, or from closing") {
    scenes::scene hub(functions());
    hub.client().start({.instance = "s"}, spin, 0);

    for (int i = 0; i < 100; ++i)
        CHECK(hub.run(count, 0, 3) == 6);
    hub.close();
    hub.open();

    CHECK(hub.client().status("s")->status == perdure::runtime_status::running);
    CHECK(hub.client().history("s").size() < 4);
}
