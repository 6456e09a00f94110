// SPDX-License-Identifier: Apache-2.0
// What the scenarios of control play on: a machine whose rows are checked, and a family of
// orchestrations: each member works once, starts the next younger one, and waits to be told.
#pragma once

#include "catch.hpp"
#include "check/rows_check.hpp"
#include "testing/computer.hpp"

#include <perdure/perdure.hpp>

#include <string>
#include <vector>

namespace control_stage {

using namespace perdure;
using namespace std::chrono_literals;

inline constexpr activity<int(int)> work{"work"};
inline constexpr event<int> word{"word"};
inline constexpr orchestration<int(int)> family{"family"};
inline constexpr orchestration<int()> sleeper{"sleeper"};
inline constexpr orchestration<std::vector<int>(int)> listener{"listener"};

/// Has `depth` generations below it, under the ids "id.1", "id.1.1" and so on. Its result is the
/// sum of what each member was told; without a word it waits.
inline task<int> run_family(orchestration_context& ctx, int depth) {
    co_await ctx.call(work, depth);
    if (depth == 0) {
        const int told = co_await ctx.wait_for(word);
        co_return told;
    }
    auto too_late = ctx.sleep_for(1000h);
    const std::string child = ctx.instance() + ".1";
    const int below = co_await ctx.call_as(child, family, depth - 1);
    co_return below + 1;
}

inline task<int> run_sleeper(orchestration_context& ctx) {
    co_await ctx.sleep_for(1h);
    const int worked = co_await ctx.call(work, 20);
    co_return worked;
}

inline task<std::vector<int>> run_listener(orchestration_context& ctx, int words) {
    std::vector<int> heard;
    for (int i = 0; i < words; ++i) {
        heard.push_back(co_await ctx.wait_for(word));
        ctx.set_status(heard);
    }
    co_return heard;
}

struct stage {
    explicit stage(std::uint64_t seed = 0) : machine(functions(), options(seed)) {
        machine.boot();
    }

    static testing::machine_options options(std::uint64_t seed) {
        testing::machine_options wanted;
        wanted.seed = seed;
        wanted.hub.inline_payload_max = 100;
        return wanted;
    }
    registry functions() {
        registry all;
        all.add(work, [this](int n) {
            ++runs;
            return n;
        });
        all.add(family, run_family).add(sleeper, run_sleeper).add(listener, run_listener);
        return all;
    }
    perdure::client& client() { return machine.client(); }
    /// Gives false if there was nothing left to do.
    bool run(int steps) {
        for (int i = 0; i < steps; ++i)
            if (!machine.run_one_job())
                return false;
        return true;
    }
    void crash() {
        machine.kill();
        machine.boot();
    }
    /// What the program `perdure check` would say.
    std::string problems(bool must_replay = true) {
        std::string text;
        const auto report =
            check::check_rows(*machine.hub().services().rows,
                              must_replay ? &machine.functions : nullptr, {true});
        for (const auto& each : report.problems)
            text += each.table + " " + each.key + ": " + each.what + "\n";
        return text;
    }
    runtime_status status(const std::string& instance) {
        return client().status(instance).value().status;
    }
    int count(const std::string& instance, std::string_view kind) {
        int found = 0;
        for (const auto& each : client().history(instance))
            found += each.kind == kind ? 1 : 0;
        return found;
    }

    int runs = 0; ///< Of activities.
    testing::computer machine;
};

template <class Call>
errc errc_of(Call call) {
    try {
        call();
    } catch (const error& expected) {
        return expected.code();
    }
    throw std::logic_error("nothing was thrown");
}

} // namespace control_stage
