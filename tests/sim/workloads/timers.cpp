// SPDX-License-Identifier: Apache-2.0
// Sleepers: due at once, in the past, all in the same instant, in a month, and given up.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

namespace perdure::sim {
namespace {

using namespace std::chrono_literals;
using milliseconds = std::chrono::milliseconds;

inline constexpr orchestration<std::string(std::int64_t, int)> sleeper{"sim.sleeper"};
inline constexpr orchestration<std::string(std::int64_t)> quitter{"sim.quitter"};

/// Sleeps several times and says whether the clock ever went wrong.
task<std::string> sleep_well(orchestration_context& ctx, std::int64_t ms, int times) {
    std::string said = "on time";
    for (int i = 0; i < times; ++i) {
        const timestamp due = ctx.now() + milliseconds(ms);
        const timestamp before = ctx.now();
        co_await ctx.sleep_until(due);
        if (ctx.now() < due)
            said = "woken too early";
        if (ctx.now() < before)
            said = "time went back";
    }
    co_return said;
}

/// Gives up a timer after a shorter one.
task<std::string> give_up(orchestration_context& ctx, std::int64_t ms) {
    auto soon = ctx.sleep_for(milliseconds(ms));
    auto late = ctx.sleep_for(milliseconds(ms) * 2 + 1h);
    const std::size_t first = co_await when_any(soon, late);
    co_return first == 0 ? "the first" : "the second";
}

class timers_workload final : public workload {
  public:
    explicit timers_workload(std::uint64_t size) {
        const std::vector<milliseconds> naps = {0ms, -1h, 1ms, 1s, 1s, 1s, 90s, 1h, 24h, 24h * 30};
        for (std::uint64_t i = 0; i < size * 3; ++i) {
            const auto nap = naps[i % naps.size()].count();
            book_.expect("sleeper-" + std::to_string(i), sleeper, std::string("on time"), nap,
                         static_cast<int>(1 + i % 3));
        }
        for (std::uint64_t i = 0; i < size; ++i)
            // When it was off at both, the order of arrival decides.
            book_.expect(
                "quitter-" + std::to_string(i),
                [i](client& clients, start_options named) {
                    return clients.start_async(std::move(named), quitter,
                                               static_cast<std::int64_t>(i * 700));
                },
                [](const instance_status& seen) {
                    if (seen.status != runtime_status::completed)
                        throw violation("gave up altogether");
                });
    }

    void install(registry& functions) override {
        functions.add(sleeper, sleep_well).add(quitter, give_up);
    }
    void act(session& on) override { book_.act(on); }
    bool is_through() const override { return book_.is_through(); }
    void check(session& on) override { book_.check(on); }
    void check_end(session& on) override { book_.check_end(on); }

  private:
    instance_book book_;
};

} // namespace

std::unique_ptr<workload> make_timers(std::uint64_t size) {
    return std::make_unique<timers_workload>(size);
}

} // namespace perdure::sim
