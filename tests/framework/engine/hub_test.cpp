// SPDX-License-Identifier: Apache-2.0
// A whole hub on a test's scheduler, clock, entropy and store: the ground of the simulator.
#include "catch.hpp"
#include "tests/framework/outside.hpp"

#include <perdure/perdure.hpp>
#include <perdure/testing/machine.hpp>

#include <set>

using namespace perdure;
using namespace std::chrono_literals;

namespace {

inline constexpr activity<int(int)> twice{"twice"};
inline constexpr orchestration<int(int)> work{"work"};
inline constexpr orchestration<int(int)> tree{"tree"};

struct tally {
    int sum = 0;
    void add(int n) { sum += n; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(tally, sum)
};
inline constexpr entity tallies{"tally", op("add", &tally::add)};

task<int> do_work(orchestration_context& ctx, int n) {
    const int doubled = co_await ctx.call(twice, n);
    co_await ctx.sleep_for(std::chrono::hours(1));
    co_await ctx.call(tallies["all"], &tally::add, doubled);
    co_return doubled;
}

task<int> do_tree(orchestration_context& ctx, int width) {
    std::vector<durable<int>> branches;
    for (int i = 0; i < width; ++i)
        branches.push_back(ctx.call(work, i));
    const std::vector<int> results = co_await when_all(std::move(branches));
    int sum = 0;
    for (const int each : results)
        sum += each;
    co_return sum;
}

registry functions() {
    registry all;
    all.add(twice, [](int n) { return 2 * n; });
    all.add(work, do_work);
    all.add(tree, do_tree);
    all.add(tallies);
    return all;
}

testing::machine make_machine(std::uint64_t seed) {
    testing::machine_options options;
    options.seed = seed;
    return testing::machine(functions(), options);
}

std::string story_of(client& clients, const std::string& instance) {
    std::string story;
    for (const auto& each : clients.history(instance))
        story += std::to_string(each.time.time_since_epoch().count()) + " " + each.kind + " " +
                 each.target + " " + each.value.data + "\n";
    return story;
}

std::string run_once(std::uint64_t seed) {
    testing::machine machine = make_machine(seed);
    machine.client().start({"tree"}, tree, 5);
    machine.advance(1h);
    return story_of(machine.client(), "tree");
}

} // namespace

TEST_CASE("a hub runs to the end on one thread, in virtual time") {
    testing::machine machine = make_machine(1);
    machine.client().start({"tree"}, tree, 5);
    CHECK(machine.client().status("tree")->status == runtime_status::running);

    machine.advance(1h);

    CHECK(machine.client().wait(tree, "tree", 0ms) == 20);
    CHECK(machine.client().read(tallies["all"])->sum == 20);
}

TEST_CASE("equal seeds give equal histories") {
    CHECK(run_once(7) == run_once(7));
}

TEST_CASE("another seed interleaves differently and gives the same result") {
    std::set<std::string> stories;
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        const std::string story = run_once(seed);
        stories.insert(story);
        CHECK_THAT(story, Catch::Matchers::Contains("ExecutionCompleted  20"));
    }
    CHECK(stories.size() > 1);
}

TEST_CASE("a hub that is closed at any job goes on when reopened and ends the same") {
    for (std::uint64_t jobs = 0; jobs < 120; jobs += 7) {
        testing::machine machine = make_machine(jobs);
        const start_options once{.instance = "tree", .key = "once"};
        auto started = machine.client().start_async(once, tree, 5);
        machine.run_steps(jobs);

        machine.restart();

        machine.client().start(once, tree, 5); // repeating it is safe
        CHECK(machine.client().wait(tree, "tree", 2h) == 20);
        CHECK(machine.client().read(tallies["all"])->sum == 20);
    }
}

TEST_CASE("timers set for the same instant all fire once") {
    testing::machine machine = make_machine(3);
    for (int i = 0; i < 50; ++i)
        machine.client().start({"w" + std::to_string(i)}, work, 1);

    machine.advance(1h);

    CHECK(machine.client().read(tallies["all"])->sum == 100);
}

TEST_CASE("waiting for the longest time there is waits until the instance has finished") {
    static constexpr orchestration<int()> nap{"nap"};
    tests::temporary_directory home;
    registry napping;
    napping.add(nap, [](orchestration_context& ctx) -> task<int> {
        co_await ctx.sleep_for(std::chrono::milliseconds(200));
        co_return 1;
    });
    hub_options options;
    options.name = "Naps";
    auto hub = task_hub::open(home.path(), napping, options);

    const auto id = hub.client().start(nap);

    CHECK(hub.client().wait(nap, id, std::chrono::milliseconds::max()) == 1);
}
