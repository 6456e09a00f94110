// SPDX-License-Identifier: Apache-2.0
// Orchestrations made of scopes in scopes, drawn from a number: beside each other, given up while
// they wait, with events and signals of their own. Each must come to what its number says, read
// every event once, send every signal once, and leave no trace of its scopes but their results.
#include "base/random.hpp"
#include "sim/workload.hpp"
#include "sim/workloads/workloads.hpp"

#include <algorithm>

namespace perdure::sim {
namespace {

using namespace std::chrono_literals;
using context = orchestration_context;

inline constexpr event<int> crumb{"crumb"};
inline constexpr activity<int(int)> stride{"sim.stride"};
inline constexpr orchestration<int(std::uint64_t, int)> walk{"sim.walk"};
inline constexpr orchestration<int(int)> errand{"sim.errand"};

struct pedometer {
    int steps = 0;
    void step() { ++steps; }
    int total() const { return steps; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(pedometer, steps)
};
inline constexpr entity pedometers{"sim.pedometer", op("step", &pedometer::step),
                                   op("total", &pedometer::total)};

constexpr int moves_per_scope = 3;
constexpr int depth_max = 2;

enum move { work, descend, split, race, listen, tap, send, guard, move_count };

/// What a walk comes to, besides what it hears.
struct outcome {
    int sum = 0;
    int heard = 0; ///< Events.
    int taps = 0; ///< Signals.

    outcome& operator+=(const outcome& more) {
        sum += more.sum;
        heard += more.heard;
        taps += more.taps;
        return *this;
    }
};

/// The same walk without an engine.
outcome expected(std::uint64_t seed, int depth) {
    base::random_stream dice(seed);
    outcome all;
    for (int i = 0; i < moves_per_scope; ++i) {
        const auto next = static_cast<move>(dice.draw() % move_count);
        const std::uint64_t drawn = dice.draw();
        const bool is_deep = depth == depth_max;
        switch (next) {
        case listen:
            all.heard += 1;
            break;
        case tap:
            all.taps += 1;
            break;
        case descend:
            all += is_deep ? outcome{1, 0, 0} : expected(drawn, depth + 1);
            break;
        case split:
            all += is_deep ? outcome{1, 0, 0} : expected(drawn, depth + 1);
            all += is_deep ? outcome{} : expected(drawn + 1, depth + 1);
            break;
        default:
            all.sum += 1;
        }
    }
    return all;
}

/// Waits for what it never reads, until it is given up.
task<int> dawdle(context& ctx, int depth) {
    auto ignored = ctx.wait_for(crumb);
    auto hours = ctx.sleep_for(1000h);
    if (depth < depth_max) {
        auto deeper = ctx.scope("dawdle", dawdle, depth + 1);
        co_return co_await deeper;
    }
    auto never = ctx.call(errand, 1'000'000);
    co_await hours;
    co_return co_await never;
}

task<int> hold_door(context& ctx) {
    auto section = co_await ctx.lock(pedometers["door"]);
    const int before = co_await ctx.call(pedometers["door"], &pedometer::total);
    co_await ctx.call(stride, before);
    co_return co_await ctx.call(pedometers["door"], &pedometer::total) - before + 1;
}

task<int> run_walk(context& ctx, std::uint64_t seed, int depth) {
    base::random_stream dice(seed);
    int sum = 0;
    for (int i = 0; i < moves_per_scope; ++i) {
        const auto next = static_cast<move>(dice.draw() % move_count);
        const std::uint64_t drawn = dice.draw();
        const bool is_deep = depth == depth_max;
        if (next == listen) {
            sum += co_await ctx.wait_for(crumb);
        } else if (next == tap) {
            ctx.signal(pedometers[ctx.instance()], &pedometer::step);
        } else if (next == descend && !is_deep) {
            sum += co_await ctx.scope("walk", run_walk, drawn, depth + 1);
        } else if (next == split && !is_deep) {
            auto left = ctx.scope("left", run_walk, drawn, depth + 1);
            auto right = ctx.scope("right", run_walk, drawn + 1, depth + 1);
            sum += co_await right + co_await left;
        } else if (next == race) {
            auto slow = ctx.scope("dawdle", dawdle, depth);
            auto patience = ctx.sleep_for(std::chrono::minutes(drawn % 60));
            if (co_await when_any(patience, slow) != 0)
                throw std::logic_error("one that never ends was first");
            slow.cancel();
            sum += 1;
        } else if (next == guard) {
            sum += co_await ctx.scope("door", hold_door);
        } else if (next == send) {
            sum += co_await ctx.scope("errand", [](context& inner) -> task<int> {
                co_return co_await inner.call(errand, 0);
            });
        } else {
            sum += co_await ctx.call(stride, 0);
        }
    }
    co_return sum;
}

task<int> run_errand(context& ctx, int hours) {
    co_await ctx.sleep_for(std::chrono::hours(hours));
    co_return co_await ctx.call(stride, 0);
}

struct walker {
    std::string id;
    std::uint64_t seed = 0;
    outcome expected;
    bool is_started = false;
    int told = 0; ///< Events that are acknowledged.
    bool is_pending = false;
};

class nested_workload final : public workload {
  public:
    explicit nested_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < 1 + size / 2; ++i) {
            const std::uint64_t seed = size * 1000 + i;
            walkers_.push_back({"walk-" + std::to_string(i), seed, expected(seed, 0)});
        }
    }

    void install(registry& functions) override {
        functions.add(stride, [](int n) { return n + 1; })
            .add(walk, run_walk)
            .add(errand, run_errand)
            .add(pedometers);
    }

    void act(session& on) override {
        walker& chosen = walkers_[on.below(walkers_.size())];
        if (chosen.is_pending)
            return;
        if (!chosen.is_started)
            return start(on, chosen);
        if (chosen.told < chosen.expected.heard)
            return tell(on, chosen);
    }

    bool is_through() const override {
        return std::all_of(walkers_.begin(), walkers_.end(), [](const walker& each) {
            return each.is_started && each.told == each.expected.heard && !each.is_pending;
        });
    }

    void check(session& on) override {
        for (const walker& each : walkers_) {
            const auto seen = on.client().status(each.id);
            if (each.is_started && !seen)
                throw violation("instance " + each.id + " is lost: its start was acknowledged");
            if (seen && seen->held)
                throw violation("instance " + each.id + " is held: " + *seen->held);
        }
    }

    void check_end(session& on) override {
        for (const walker& each : walkers_) {
            const int heard = each.expected.heard * (each.expected.heard + 1) / 2;
            const auto seen = on.client().status(each.id);
            const payload right = codec<int>::encode(each.expected.sum + heard);
            if (!seen || seen->output != right)
                throw violation(each.id + " gave " + (seen ? seen->output.data : "nothing") +
                                ", not " + right.data + ": " +
                                (seen && seen->failed ? seen->failed->message : "it did not fail"));
            const auto counted = on.client().read(pedometers[each.id]);
            if ((counted ? counted->steps : 0) != each.expected.taps)
                throw violation(each.id + " sent a signal more or less than once");
            check_history(on, each.id);
        }
        const auto locks = on.client().locks();
        if (!locks.empty())
            throw violation("a lock is held, and nobody is there to hold it");
    }

  private:
    void start(session& on, walker& chosen) {
        chosen.is_pending = true;
        on.attempt(
            "start " + chosen.id,
            [&] {
                return on.client().start_async({.instance = chosen.id, .key = "only"}, walk,
                                               chosen.seed, 0);
            },
            [&chosen](answer came) {
                chosen.is_pending = false;
                if (came == answer::refused)
                    throw violation("the start of " + chosen.id + " was refused");
                chosen.is_started |= came == answer::acknowledged;
            });
    }

    void tell(session& on, walker& chosen) {
        chosen.is_pending = true;
        const int value = chosen.told + 1;
        on.attempt(
            "tell " + chosen.id + " " + std::to_string(value),
            [&] {
                return on.client().raise_async(chosen.id, crumb, value,
                                               {.key = std::to_string(value)});
            },
            [&chosen](answer came) {
                chosen.is_pending = false;
                // Refused: it has ended with this one, and its answer was lost.
                chosen.told += came == answer::unknown ? 0 : 1;
            });
    }

    /// Of its scopes only what went in and what came out is left.
    static void check_history(session& on, const std::string& id) {
        for (const history_entry& each : on.client().history(id))
            if (each.scope)
                throw violation("the history of " + id + " holds steps of a scope that has ended");
    }

    std::vector<walker> walkers_;
};

} // namespace

std::unique_ptr<workload> make_nested(std::uint64_t size) {
    return std::make_unique<nested_workload>(size);
}

} // namespace perdure::sim
