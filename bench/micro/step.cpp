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

} // namespace
