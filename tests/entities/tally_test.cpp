// SPDX-License-Identifier: Apache-2.0
// Aggregator: an entity adds up signals from anybody, exactly once and durably.
#include "entities/tally.hpp"
#include "scenarios/scene.hpp"

using patterns::tallies;
using patterns::tally;

namespace {

inline constexpr perdure::orchestration<std::int64_t(std::string, int)> add_many{"add_many"};

perdure::task<std::int64_t> add_ones(perdure::orchestration_context& ctx, std::string key, int n) {
    for (int i = 0; i < n; ++i)
        ctx.signal(tallies[key], &tally::add, 1);
    co_return co_await ctx.call(tallies[key], &tally::sum);
}

perdure::registry functions() {
    perdure::registry filled;
    patterns::register_tally(filled);
    filled.add(add_many, add_ones);
    return filled;
}

} // namespace

TEST_CASE("a tally adds up the signals of a client") {
    scenes::scene hub(functions());
    for (const int amount : {3, 4, 5})
        hub.client().signal(tallies["visitors"], &tally::add, amount);

    const auto seen = hub.client().read(tallies["visitors"]);

    REQUIRE(seen);
    CHECK(seen->total == 12);
    CHECK(seen->count == 3);
}

TEST_CASE("tallies of different keys know nothing of each other") {
    scenes::scene hub(functions());

    hub.client().signal(tallies["a"], &tally::add, 1);

    CHECK(hub.client().read(tallies["a"])->total == 1);
    CHECK_FALSE(hub.client().read(tallies["A"]));
}

TEST_CASE("a call sees all signals that the same orchestration sent before") {
    scenes::scene hub(functions());

    CHECK(hub.run(add_many, "k", 100) == 100);
}

TEST_CASE("signals of many senders are all counted") {
    scenes::scene hub(functions());
    std::vector<std::string> senders;
    for (int i = 0; i < 20; ++i)
        senders.push_back(hub.client().start(add_many, "shared", 10));
    for (const auto& each : senders)
        hub.wait(add_many, each);

    CHECK(hub.client().read(tallies["shared"])->total == 200);
}

TEST_CASE("a negative amount is refused and counts nothing") {
    scenes::scene hub(functions());
    hub.client().signal(tallies["a"], &tally::add, 2);

    hub.client().signal(tallies["a"], &tally::add, -1);

    CHECK(hub.client().read(tallies["a"])->total == 2);
    CHECK(hub.client().read(tallies["a"])->count == 1);
    CHECK(hub.log.count("a tally only grows") == 1);
}

TEST_CASE("a reset tally starts anew") {
    scenes::scene hub(functions());
    hub.client().signal(tallies["a"], &tally::add, 2);

    hub.client().signal(tallies["a"], &tally::reset);

    CHECK(hub.client().read(tallies["a"])->total == 0);
}

TEST_CASE("moving a tally into another loses and doubles nothing") {
    scenes::scene hub(functions());
    hub.client().signal(tallies["today"], &tally::add, 7);
    hub.client().signal(tallies["ever"], &tally::add, 100);

    hub.client().signal(tallies["today"], &tally::move_into, "ever");

    CHECK(hub.client().read(tallies["today"])->total == 0);
    CHECK(scenes::eventually([&] { return hub.client().read(tallies["ever"])->total == 107; }));
}

TEST_CASE("a tally is the same after a restart") {
    scenes::scene hub(functions());
    hub.client().signal(tallies["a"], &tally::add, 2);

    hub.reopen();
    hub.client().signal(tallies["a"], &tally::add, 3);

    CHECK(hub.client().read(tallies["a"])->total == 5);
    CHECK(hub.client().read(tallies["a"])->count == 2);
}
