// SPDX-License-Identifier: Apache-2.0
// The pure part of a step: events in, decisions out.
#include "turn/execution.hpp"

#include <perdure/perdure.hpp>

#include <benchmark/benchmark.h>

namespace {

using namespace perdure;

inline constexpr activity<int(int)> next{"next"};

task<int> run_chain(orchestration_context& ctx, int activities) {
    int value = 0;
    for (int i = 0; i < activities; ++i)
        value = co_await ctx.call(next, value);
    co_return value;
}

task<int> call_apart(orchestration_context& ctx, int value) {
    co_return co_await ctx.call(next, value);
}

task<int> run_scopes(orchestration_context& ctx, int scopes) {
    std::vector<durable<int>> all;
    for (int i = 0; i < scopes; ++i)
        all.push_back(ctx.scope("apart", call_apart, i));
    const auto values = co_await when_all(std::move(all));
    co_return static_cast<int>(values.size());
}

class no_blobs final : public turn::blob_source {
    std::shared_ptr<const std::string> load(const blob& name) override {
        throw error(errc::not_found, name.hex());
    }
};

struct chain {
    explicit chain(int activities)
        : code(detail::erase_orchestration<int, int>(run_chain)),
          begun{"chain", "execution", codec<int>::encode(activities), {}} {}

    std::unique_ptr<turn::execution> begin() {
        return std::make_unique<turn::execution>("instance", code, blobs, 65'536);
    }
    /// All steps; with a recorder, keeps them.
    void run(turn::execution& live, int activities, std::vector<history::step>* record = nullptr) {
        const timestamp now(std::chrono::milliseconds(1));
        std::vector<history::event> arrived{begun};
        for (int i = 0; i <= activities; ++i) {
            turn::decision made = live.run(now, arrived);
            benchmark::DoNotOptimize(made);
            if (record != nullptr)
                record->push_back(std::move(made.parts.front().record));
            arrived = {
                history::task_completed{static_cast<std::uint32_t>(i), codec<int>::encode(i + 1)}};
        }
        if (!live.is_finished())
            throw std::logic_error("the chain did not end");
    }

    no_blobs blobs;
    detail::orchestration_definition code;
    history::execution_started begun;
};

/// One orchestration of N activities: N + 1 steps and the making of its coroutine.
void steps_of_a_chain(benchmark::State& state) {
    const auto activities = static_cast<int>(state.range(0));
    chain one(activities);
    for (auto _ : state)
        one.run(*one.begin(), activities);
    state.SetItemsProcessed(state.iterations() * (activities + 1));
}
BENCHMARK(steps_of_a_chain)->Arg(3)->Arg(1000);

/// The same from its recorded history.
void replay_of_a_chain(benchmark::State& state) {
    const auto activities = static_cast<int>(state.range(0));
    chain one(activities);
    std::vector<history::step> history;
    one.run(*one.begin(), activities, &history);
    for (auto _ : state) {
        const auto replayed = one.begin();
        for (const auto& each : history)
            if (replayed->replay(each))
                throw std::logic_error("the chain differs from its history");
    }
    state.SetItemsProcessed(state.iterations() * (activities + 1));
}
BENCHMARK(replay_of_a_chain)->Arg(3)->Arg(1000);

/// The step in which N scopes begin, all at once. What each costs should not depend on N.
void beginning_of_scopes(benchmark::State& state) {
    const auto scopes = static_cast<int>(state.range(0));
    const auto code = detail::erase_orchestration<int, int>(run_scopes);
    no_blobs blobs;
    for (auto _ : state) {
        turn::execution live("instance", code, blobs, 65'536);
        std::vector<history::event> arrived{
            history::execution_started{"scopes", "execution", codec<int>::encode(scopes), {}}};
        benchmark::DoNotOptimize(live.run(timestamp(std::chrono::milliseconds(1)), arrived));
    }
    state.SetItemsProcessed(state.iterations() * scopes);
}
BENCHMARK(beginning_of_scopes)->Arg(100)->Arg(10'000);

} // namespace
