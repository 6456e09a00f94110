// SPDX-License-Identifier: Apache-2.0
// Whoever comes first wins, the others are given up: activities, children, timers and events.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

namespace perdure::sim {
namespace {

using namespace std::chrono_literals;

inline constexpr event<int> bell{"bell"};
inline constexpr activity<int(int)> echo{"sim.echo"};
inline constexpr orchestration<int(int)> racer{"sim.racer"};
inline constexpr orchestration<int(int)> race{"sim.race"};

task<int> run_racer(orchestration_context& ctx, int laps) {
    for (int i = 0; i < laps; ++i)
        co_await ctx.call(echo, i);
    co_return laps;
}

/// The sum does not depend on who wins; the history does.
task<int> run_race(orchestration_context& ctx, int rounds) {
    int sum = 0;
    auto rung = ctx.wait_for(bell);
    for (int i = 0; i < rounds; ++i) {
        auto runner = ctx.call(echo, i);
        auto child = ctx.call(racer, i % 3);
        auto pause = ctx.sleep_for(1ms * (ctx.random()() % 3));
        const std::size_t winner = co_await when_any(runner, child, pause, rung);
        sum += 1;
        if (winner == 3)
            rung = ctx.wait_for(bell);
        if (winner == 0 && co_await runner != i)
            throw std::logic_error("another activity's result");
        if (i % 2 == 0)
            co_await child;
    }
    co_return sum;
}

class races_workload final : public workload {
  public:
    explicit races_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < size; ++i) {
            names_.push_back("race-" + std::to_string(i));
            const int rounds = static_cast<int>(1 + i % 5);
            book_.expect(names_.back(), race, rounds, rounds);
        }
    }

    void install(registry& functions) override {
        functions.add(echo, [](int n) { return n; }).add(racer, run_racer).add(race, run_race);
    }
    void act(session& on) override {
        book_.act(on);
        const std::string& chosen = names_[on.below(names_.size())];
        if (book_.is_acknowledged(chosen) && on.one_in(4))
            on.attempt(
                "ring " + chosen, [&] { return on.client().raise_async(chosen, bell, 1); },
                [](answer) {}); // it may have ended by now
    }
    bool is_through() const override { return book_.is_through(); }
    void check(session& on) override { book_.check(on); }
    void check_end(session& on) override { book_.check_end(on); }

  private:
    std::vector<std::string> names_;
    instance_book book_;
};

} // namespace

std::unique_ptr<workload> make_races(std::uint64_t size) {
    return std::make_unique<races_workload>(size);
}

} // namespace perdure::sim
