// SPDX-License-Identifier: Apache-2.0
// A whole hub on a test's scheduler, clock, entropy and file system: the ground of the simulator.
#include "catch.hpp"
#include "engine/hub.hpp"
#include "tests/framework/outside.hpp"

#include <rocksdb/env.h>

using namespace perdure;

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

/// A machine that the test owns. The file system outlives the hubs that run on it.
struct machine {
    explicit machine(std::uint64_t seed) : actors(seed), entropy(seed) {}

    std::unique_ptr<engine::hub> open() {
        hub_options options;
        options.name = "Simulated";
        options.actors = &actors.system();
        options.activity_threads = 2;
        engine::environment outside;
        outside.clock = &clock;
        outside.entropy = &entropy;
        outside.files = files.get();
        outside.run_one_job = [this] { return actors.run_one(); };
        return engine::hub::open(home.path(), functions(), options, outside);
    }

    /// Lets the hour of the sleepers pass.
    void pass_an_hour() {
        clock.advance(std::chrono::hours(1));
        actors.advance(std::chrono::seconds(2));
        actors.run();
    }

    tests::temporary_directory home; // only the lock file is in it
    std::unique_ptr<rocksdb::Env> files{rocksdb::NewMemEnv(rocksdb::Env::Default())};
    tests::stepped_system actors;
    tests::manual_clock clock;
    tests::seeded_entropy entropy;
};

std::string start_tree(client& clients, machine& on) {
    start_options named;
    named.instance = "tree";
    auto started = clients.start_async(named, tree, 5);
    on.actors.run();
    return started.get();
}

std::string story_of(client& clients, const std::string& instance) {
    std::string story;
    for (const auto& each : clients.history(instance))
        story += std::to_string(each.time.time_since_epoch().count()) + " " + each.kind + " " +
                 each.target + " " + each.value.data + "\n";
    return story;
}

std::string run_once(std::uint64_t seed) {
    machine on(seed);
    const auto hub = on.open();
    client clients(*hub);
    start_tree(clients, on);
    on.pass_an_hour();
    return story_of(clients, "tree");
}

} // namespace

TEST_CASE("a hub runs to the end on one thread, in virtual time") {
    machine on(1);
    const auto hub = on.open();
    client clients(*hub);
    start_tree(clients, on);
    CHECK(clients.status("tree")->status == runtime_status::running);

    on.pass_an_hour();

    CHECK(clients.wait(tree, "tree", std::chrono::milliseconds(0)) == 20);
    CHECK(clients.read(tallies["all"])->sum == 20);
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
        machine on(jobs);
        {
            const auto hub = on.open();
            client clients(*hub);
            auto started = clients.start_async({"tree", {}}, tree, 5);
            for (std::uint64_t i = 0; i < jobs && on.actors.run_one(); ++i) {
            }
        }
        const auto hub = on.open();
        client clients(*hub);
        start_tree(clients, on); // repeating a start is safe, whether it got through or not
        on.pass_an_hour();

        CHECK(clients.wait(tree, "tree", std::chrono::milliseconds(0)) == 20);
        CHECK(clients.read(tallies["all"])->sum == 20);
    }
}

TEST_CASE("timers set for the same instant all fire once") {
    machine on(3);
    const auto hub = on.open();
    client clients(*hub);
    for (int i = 0; i < 50; ++i) {
        auto started = clients.start_async({"w" + std::to_string(i), {}}, work, 1);
    }
    on.actors.run();

    on.pass_an_hour();

    CHECK(clients.read(tallies["all"])->sum == 100);
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
