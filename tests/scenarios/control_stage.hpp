// SPDX-License-Identifier: Apache-2.0
// What the scenarios of control play on: a machine whose rows are checked, a family of
// orchestrations (each member works once, starts the next younger one, and waits to be told), and
// some that fail as long as the test wants them to.
#pragma once

#include "catch.hpp"
#include "scenarios/scene.hpp"
#include "tests/framework/stepping.hpp"

#include <perdure/perdure.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace control_stage {

using namespace perdure;
using namespace std::chrono_literals;
using scenes::errc_of;

inline constexpr activity<int(int)> work{"work"};
inline constexpr activity<int(int)> risk{"risk"};
inline constexpr activity<std::string(std::string, int)> inflate{"inflate"};
inline constexpr event<int> word{"word"};
inline constexpr orchestration<int(int)> chain{"chain"};
inline constexpr orchestration<int(int)> parent{"parent"};
inline constexpr orchestration<int(int)> patient{"patient"};
inline constexpr orchestration<int()> collector{"collector"};
inline constexpr orchestration<int(std::string)> luggage{"luggage"};

/// An entity whose operations can be made to fail, and are counted.
struct till {
    int sum = 0;
    int pay(int amount) {
        if (is_closed)
            throw std::runtime_error("the till is closed");
        return sum += amount;
    }
    static inline bool is_closed = false;
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(till, sum)
};
inline constexpr entity tills{"till", op("pay", &till::pay)};
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

/// Works, risks, works: the sum is n + (n + 1) + (n + 2).
inline task<int> run_chain(orchestration_context& ctx, int n) {
    int sum = co_await ctx.call(work, n);
    ctx.set_status(sum);
    sum += co_await ctx.call(risk, n + 1);
    ctx.set_status(sum);
    sum += co_await ctx.call(work, n + 2);
    co_return sum;
}

/// Two chains as children side by side, one of them under an id of its own choice.
inline task<int> run_parent(orchestration_context& ctx, int n) {
    co_await ctx.call(work, n);
    const std::string named = ctx.instance() + ".named";
    auto first = ctx.call_as(named, chain, n);
    auto second = ctx.call(chain, n);
    int sum = co_await first;
    sum += co_await second;
    co_return sum;
}

/// Tries three times, with an hour between, and pays at the till before.
inline task<int> run_patient(orchestration_context& ctx, int n) {
    const int paid = co_await ctx.call(tills["all"], &till::pay, n);
    for (int attempt = 0;; ++attempt) {
        std::string problem;
        try {
            const int got = co_await ctx.call(risk, n);
            co_return paid + got + attempt;
        } catch (const task_failed& failed) {
            problem = failed.details().message;
            if (attempt == 2)
                throw;
        }
        co_await ctx.sleep_for(1h);
    }
}

/// Listens for a word while three activities run, one of which is risky.
inline task<int> run_collector(orchestration_context& ctx) {
    auto told = ctx.wait_for(word);
    std::vector<durable<int>> all;
    all.push_back(ctx.call(work, 1));
    all.push_back(ctx.call(risk, 2));
    all.push_back(ctx.call(work, 3));
    auto paid = ctx.call(tills["all"], &till::pay, 4);
    const int heard = co_await told;
    int sum = heard;
    for (const int each : co_await when_all(std::move(all)))
        sum += each;
    sum += co_await paid;
    co_return sum;
}

inline task<int> run_luggage(orchestration_context& ctx, std::string text) {
    const std::string large = co_await ctx.call(inflate, text, 500);
    ctx.set_status(large);
    co_return static_cast<int>(large.size());
}

struct stage {
    explicit stage(std::uint64_t seed = 0) : machine(functions(), tests::with_blobs(seed)) {
        till::is_closed = false;
        machine.boot();
    }

    registry functions() {
        registry all;
        all.add(work, [this](int n) {
            ++runs;
            return n;
        });
        all.add(risk, [this](int n) {
            ++risks;
            if (is_broken)
                throw std::runtime_error("it broke");
            return n;
        });
        all.add(inflate, [](std::string text, int bytes) {
            std::string much;
            while (static_cast<int>(much.size()) < bytes)
                much += text;
            return much;
        });
        all.add(chain, run_chain).add(parent, run_parent).add(patient, run_patient);
        all.add(collector, run_collector).add(luggage, run_luggage).add(tills);
        all.add(family, run_family).add(sleeper, run_sleeper).add(listener, run_listener);
        return all;
    }
    perdure::client& client() { return machine.client(); }
    void crash() {
        machine.kill();
        machine.boot();
    }
    std::string problems(bool must_replay = true) { return tests::problems(machine, must_replay); }
    runtime_status status(const std::string& instance) {
        return client().status(instance).value().status;
    }
    int count(const std::string& instance, std::string_view kind) {
        int found = 0;
        for (const auto& each : client().history(instance))
            found += each.kind == kind ? 1 : 0;
        return found;
    }

    int runs = 0; ///< Of activities;
    int risks = 0; ///< of the risky one,
    bool is_broken = false; ///< which fails now.
    testing::computer machine;
};

} // namespace control_stage
