// SPDX-License-Identifier: Apache-2.0
// durability::speculative: activities may run ahead of the disk, and nothing else may.
#include "catch.hpp"
#include "testing/computer.hpp"

#include <perdure/perdure.hpp>

#include <future>
#include <memory>

using namespace perdure;
using namespace std::chrono_literals;

namespace {

inline constexpr activity<std::string(std::string)> lengthen{"lengthen"};
inline constexpr orchestration<int(int)> grow{"grow"};
inline constexpr activity<blob(std::string)> keep{"keep"};
inline constexpr activity<std::size_t(blob)> measure{"measure"};
inline constexpr orchestration<std::size_t(int)> keep_and_measure{"keep_and_measure"};

struct tally {
    int sum = 0;
    void add(int n) { sum += n; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(tally, sum)
};
inline constexpr entity tallies{"tally", op("add", &tally::add)};

task<int> do_grow(orchestration_context& ctx, int times) {
    std::string text;
    for (int i = 0; i < times; ++i)
        text = co_await ctx.call(lengthen, text);
    co_await ctx.call(tallies["all"], &tally::add, 1);
    co_return static_cast<int>(text.size());
}

task<std::size_t> do_keep_and_measure(orchestration_context& ctx, int times) {
    std::size_t sum = 0;
    for (int i = 0; i < times; ++i) {
        const blob kept = co_await ctx.call(keep, std::string(100, static_cast<char>('a' + i)));
        sum += co_await ctx.call(measure, kept);
    }
    co_return sum;
}

/// A machine on tables that counts the runs of its activity.
struct speculating {
    explicit speculating(std::uint64_t seed, durability durable = durability::speculative) {
        options.seed = seed;
        options.hub.durable = durable;
    }

    testing::computer& on() {
        registry all;
        all.add(lengthen, [this](std::string text) {
            ++runs;
            return text + "0123456789";
        });
        all.add(keep, [](activity_context& ctx, std::string text) { return ctx.put(text); });
        all.add(measure, [this](activity_context& ctx, blob kept) {
            ++runs;
            return ctx.get(kept)->size();
        });
        all.add(keep_and_measure, do_keep_and_measure);
        all.add(grow, do_grow).add(tallies);
        machine = std::make_unique<testing::computer>(std::move(all), options);
        machine->boot();
        return *machine;
    }

    /// Runs some jobs, one by one, until something holds. Whether it did.
    template <class Condition>
    bool runs_until(Condition holds) {
        for (int i = 0; i < 10'000 && !holds(); ++i)
            machine->run_one_job();
        return holds();
    }

    bool is_on_disk() { return machine->client().status("i").has_value(); }

    testing::machine_options options;
    int runs = 0;
    std::unique_ptr<testing::computer> machine;
};

bool is_ready(const std::future<std::string>& started) {
    return started.wait_for(0s) == std::future_status::ready;
}

/// Of many seeds, those in which the activity ran before anything of its instance was written.
template <class Code>
int seeds_that_run_ahead(durability durable, Code code, std::size_t blob_cache = 1 << 20) {
    int ahead = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        speculating one(seed, durable);
        one.options.hub.blob_cache = blob_cache;
        auto started = one.on().client().start_async({"i"}, code, 3);
        one.runs_until([&] { return one.runs > 0 || one.is_on_disk(); });
        ahead += one.is_on_disk() ? 0 : 1;
        one.machine->kill();
    }
    return ahead;
}

} // namespace

TEST_CASE("a speculative activity may run before its schedule is on disk") {
    CHECK(seeds_that_run_ahead(durability::speculative, grow) > 0);
}

TEST_CASE("by default no activity runs before its schedule is on disk") {
    CHECK(seeds_that_run_ahead(durability::power, grow) == 0);
    CHECK(seeds_that_run_ahead(durability::process, grow) == 0);
}

TEST_CASE("a blob that is not on disk yet keeps nobody from running ahead while it is in memory") {
    CHECK(seeds_that_run_ahead(durability::speculative, keep_and_measure) > 0);
    CHECK(seeds_that_run_ahead(durability::speculative, keep_and_measure, 0) == 0);
}

TEST_CASE("an activity that ran ahead has its blobs, whatever the cache has forgotten since") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        speculating one(seed);
        one.options.hub.blob_cache = 100; // the latest one
        one.on();
        std::vector<std::future<std::string>> started;
        for (int i = 0; i < 4; ++i)
            started.push_back(
                one.machine->client().start_async({std::to_string(i)}, keep_and_measure, 3));
        one.machine->run_until_idle();

        for (int i = 0; i < 4; ++i)
            CHECK(one.machine->client().wait(keep_and_measure, std::to_string(i), 1h) == 300);
        one.machine->kill();
    }
}

TEST_CASE("a speculative start is acknowledged when it is on disk") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        speculating one(seed);
        auto started = one.on().client().start_async({"i"}, grow, 3);

        REQUIRE(one.runs_until([&] { return is_ready(started); }));

        CHECK(one.is_on_disk());
        CHECK(one.machine->rows.unsynced() == 0);
        one.machine->kill();
    }
}

TEST_CASE("what a speculative hub acknowledged survives a power cut at any job, and applies once") {
    int forgotten_runs = 0;
    for (int jobs = 0; jobs < 150; jobs += 3) {
        speculating one(static_cast<std::uint64_t>(jobs));
        auto started = one.on().client().start_async({.instance = "i", .key = "once"}, grow, 3);
        for (int i = 0; i < jobs; ++i)
            one.machine->run_one_job();
        const bool is_acknowledged = is_ready(started);

        one.machine->kill_power();
        one.machine->boot();

        if (is_acknowledged)
            CHECK(one.is_on_disk());
        one.machine->client().start({.instance = "i", .key = "once"}, grow, 3); // safe to repeat
        CHECK(one.machine->client().wait(grow, "i", 1h) == 30);
        CHECK(one.machine->client().read(tallies["all"])->sum == 1);
        forgotten_runs += one.runs > 3 ? 1 : 0;
        one.machine->kill();
    }
    CHECK(forgotten_runs > 0); // which is what the mode costs
}

TEST_CASE("an activity whose input is in a blob waits for the blob") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        speculating one(seed);
        one.options.hub.inline_payload_max = 15; // from the second call on
        one.options.hub.blob_cache = 0;
        one.on().client().start({"i"}, grow, 5);

        CHECK(one.machine->client().wait(grow, "i", 1h) == 50); // not held
        CHECK(one.runs == 5);
        one.machine->kill();
    }
}

TEST_CASE("after a failed write nothing runs ahead any more") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        speculating one(seed);
        auto started = one.on().client().start_async({"i"}, grow, 1000);
        one.machine->rows.on_write = [] { return testing::memory_store::outcome::refused; };
        REQUIRE(one.runs_until([&] { return !one.machine->is_writable(); }));
        const int before = one.runs;

        one.machine->run_until_idle();

        CHECK(one.runs <= before + 1); // that one was under way
        CHECK_THROWS_AS(started.get(), error);
        one.machine->kill();
    }
}
