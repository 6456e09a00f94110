// SPDX-License-Identifier: Apache-2.0
// What heartbeats cost.
#include "catch.hpp"

#include <perdure/perdure.hpp>
#include <perdure/testing/machine.hpp>

#include <optional>

using namespace perdure;

namespace {

inline constexpr activity<int(int)> slow{"slow"};
inline constexpr event<int> go{"go"};
inline constexpr orchestration<int(int)> calling{"calling"};
inline constexpr orchestration<int(int)> retrying{"retrying"};

task<int> leave_behind(orchestration_context& ctx, int n) {
    auto unused = ctx.call(slow, n);
    co_return co_await ctx.wait_for(go);
}

} // namespace

TEST_CASE("many heartbeats are few writes") {
    std::optional<int> resumed_at;
    registry all;
    all.add(calling, leave_behind);
    all.add(slow, [&](activity_context& ctx, int) -> int {
        resumed_at = ctx.last_heartbeat<int>();
        for (int i = 0; i < 10'000; ++i)
            ctx.heartbeat(i);
        throw interrupted();
    });
    testing::machine machine(std::move(all));
    machine.client().start({"i"}, calling, 1);
    machine.run_until_idle();
    CHECK(machine.metrics().puts < 20);

    machine.crash();
    machine.run_until_idle();

    CHECK(resumed_at == 9'999);
}

TEST_CASE("an attempt that fails right after many heartbeats leaves the last of them") {
    std::optional<int> resumed_at;
    registry all;
    all.add(retrying, [](orchestration_context& ctx, int n) -> task<int> {
        const retry_policy twice{.first_interval = std::chrono::seconds(1), .max_attempts = 2};
        co_return co_await ctx.call({.retry = twice}, slow, n);
    });
    all.add(slow, [&](activity_context& ctx, int n) {
        resumed_at = ctx.last_heartbeat<int>();
        if (ctx.attempt() == 2)
            return n;
        for (int i = 0; i < 100; ++i)
            ctx.heartbeat(i);
        throw std::runtime_error("it broke");
    });
    testing::machine machine(std::move(all));
    machine.client().start({"i"}, retrying, 1);

    CHECK(machine.client().wait(retrying, "i", std::chrono::minutes(1)) == 1);
    CHECK(resumed_at == 99);
}
