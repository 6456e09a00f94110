// SPDX-License-Identifier: Apache-2.0
// The closed loop: how much is under way, and that it believes nothing.
#include "bench/loop.hpp"

#include "catch.hpp"
#include "framework/outside.hpp"

#include <perdure/perdure.hpp>

#include <limits>

using namespace perdure;
using namespace perdure::bench;
using Catch::Matchers::Contains;

namespace {

constexpr double forever = std::numeric_limits<double>::infinity();

/// Ends one operation at a time, and remembers how many were under way.
class counted_loop final : public loop {
  public:
    using loop::loop;
    std::uint64_t most = 0;

  private:
    void begin(std::uint64_t number) override {
        most = std::max(most, ++under_way_);
        CHECK(number == next_++);
    }
    std::uint64_t wait_some(latencies& seen) override {
        --under_way_;
        seen.add(std::chrono::nanoseconds(1));
        return 1;
    }
    std::uint64_t under_way_ = 0;
    std::uint64_t next_ = 0;
};

inline constexpr orchestration<int(int)> twice{"twice"};

task<int> double_it(orchestration_context&, int n) {
    if (n == 13)
        throw std::runtime_error("thirteen is not doubled");
    co_return 2 * n;
}

/// Runs a loop of `twice` with these expectations, until the tenth has ended.
void run_doubling(int input, const std::string& expected) {
    const tests::temporary_directory somewhere;
    registry functions;
    functions.add(twice, double_it);
    hub_options options;
    options.name = "Bench";
    auto hub = task_hub::open(somewhere.path(), functions, options);
    orchestration_loop load(
        2,
        [&](std::uint64_t, start_options with) {
            hub.client().start_async(std::move(with), twice, input);
        },
        [&](std::uint64_t) { return expected; });
    load.run(forever, 10);
    load.drain();
}

} // namespace

TEST_CASE("exactly so many operations are under way") {
    counted_loop load(7);

    const latencies seen = load.run(forever, 20);

    CHECK(seen.count() == 20);
    CHECK(load.most == 7);
    CHECK(load.begun() == 26);
}

TEST_CASE("without time or count nothing is begun") {
    counted_loop load(7);

    CHECK(load.run(0, 0).count() == 0);
    CHECK(load.begun() == 0);
}

TEST_CASE("a loop that is to complete a number begins no more") {
    counted_loop load(7);

    load.complete(3);
    load.complete(10);

    CHECK(load.begun() == 10);
    CHECK(load.most == 7);
}

TEST_CASE("right outputs pass") {
    run_doubling(4, "8");
}

TEST_CASE("a wrong output ends the benchmark") {
    CHECK_THROWS_WITH(run_doubling(4, "9"),
                      Contains("wrong result") && Contains("gave 8 instead of 9"));
}

TEST_CASE("an orchestration that fails ends the benchmark") {
    CHECK_THROWS_WITH(run_doubling(13, "26"), Contains("thirteen is not doubled"));
}
