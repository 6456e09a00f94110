// SPDX-License-Identifier: Apache-2.0
// Instances that continue as new again and again while events pour in: each event is read once, and
// not before one that was acknowledged before it was sent; the history stays short; what an
// execution leaves behind disturbs none after it.
#include "sim/workloads/flood.hpp"
#include "sim/workloads/workloads.hpp"

#include <algorithm>
#include <set>

namespace perdure::sim {
namespace {

inline constexpr activity<int(int)> idle{"sim.idle"};
inline constexpr orchestration<numbers(numbers, int)> odd{"sim.eternal.odd"};
inline constexpr orchestration<numbers(numbers, int)> even{"sim.eternal.even"};
inline constexpr orchestration<int(int)> spark{"sim.spark"};
constexpr int generations_per_spark = 4;
constexpr std::size_t entries_max = 40; ///< Of a history, besides events.

std::string spark_of(const std::string& instance, int generation) {
    return instance + ".spark." + std::to_string(generation);
}

/// Reads at most three events, or as many as come within some minutes.
task<numbers> live(orchestration_context& ctx, numbers seen, int generation) {
    ctx.set_status(generation);
    auto forgotten = ctx.call(idle, generation);
    auto pause = ctx.sleep_for(std::chrono::minutes(10 + generation % 3));
    auto never_read = ctx.wait_for(number);
    if (generation % generations_per_spark == 0)
        ctx.start({.instance = spark_of(ctx.instance(), generation)}, spark, generation);
    never_read.cancel();
    for (int i = 0; i < 3; ++i) {
        auto next = ctx.wait_for(number);
        if (co_await when_any(next, pause) == 1)
            break;
        const int value = co_await next;
        if (value == end_of_numbers)
            co_return seen;
        seen.push_back(value);
    }
    auto unread = ctx.wait_for(number);
    if (generation % 2 == 0)
        ctx.continue_as_new(odd, seen, generation + 1);
    ctx.continue_as_new(even, seen, generation + 1);
}

task<int> glow(orchestration_context& ctx, int generation) {
    const int same = co_await ctx.call(idle, generation);
    co_return same;
}

class eternal_workload final : public workload {
  public:
    explicit eternal_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < 1 + size / 4; ++i)
            rivers_.emplace_back("eternal-" + std::to_string(i), static_cast<int>(size * 7),
                                 sending::until_acknowledged);
    }

    void install(registry& functions) override {
        functions.add(idle, [](int n) { return n; });
        functions.add(odd, live).add(even, live).add(spark, glow);
    }

    void act(session& on) override {
        flood& chosen = rivers_[on.below(rivers_.size())];
        started_.contains(chosen.instance) ? chosen.act(on) : start(on, chosen);
    }

    bool is_through() const override {
        return std::all_of(rivers_.begin(), rivers_.end(), std::mem_fn(&flood::is_through));
    }

    void check(session& on) override {
        for (const flood& each : rivers_)
            if (started_.contains(each.instance))
                require_short(on, each.instance);
    }

    void check_end(session& on) override {
        check(on);
        for (const flood& each : rivers_) {
            const auto seen = on.client().status(each.instance);
            if (!seen || seen->status != runtime_status::completed)
                throw violation(each.instance + " has not ended");
            require_numbers(each, codec<numbers>::decode(seen->output));
            require_sparks(on, each.instance, codec<int>::decode(seen->custom_status));
        }
    }

  private:
    void start(session& on, flood& chosen) {
        on.attempt(
            "start " + chosen.instance,
            [&] {
                return on.client().start_async({.instance = chosen.instance, .key = "once"}, even,
                                               numbers{}, 0);
            },
            [this, &chosen](answer came) {
                if (came == answer::refused)
                    throw violation("the start of " + chosen.instance + " was refused");
                if (came == answer::acknowledged)
                    started_.insert(chosen.instance);
            });
    }

    static void require_short(session& on, const std::string& instance) {
        const auto seen = on.client().history(instance);
        const auto events = std::count_if(seen.begin(), seen.end(), [](const auto& each) {
            return each.kind == "EventRaised" || each.kind == "OrchestratorStarted";
        });
        if (seen.size() - static_cast<std::size_t>(events) > entries_max)
            throw violation("the history of " + instance + " grows: it has " +
                            std::to_string(seen.size()) + " events");
        for (const history_entry& each : seen)
            if (each.number > 1 && each.kind == "ExecutionStarted")
                throw violation(instance + " has two executions in its history");
    }

    static void require_numbers(const flood& of, const numbers& seen) {
        std::map<int, std::size_t> place;
        for (std::size_t i = 0; i < seen.size(); ++i)
            if (!place.emplace(seen[i], i).second)
                throw violation("event " + std::to_string(seen[i]) + " was read twice by " +
                                of.instance);
        if (seen.size() != static_cast<std::size_t>(of.last))
            throw violation(of.instance + " has read " + std::to_string(seen.size()) +
                            " events instead of " + std::to_string(of.last));
        for (const auto& [value, known] : of.known_before)
            for (std::size_t i = 0; i < known && value != end_of_numbers; ++i)
                if (place.at(of.acknowledged[i]) > place.at(value))
                    throw violation("event " + std::to_string(value) + " overtook " +
                                    std::to_string(of.acknowledged[i]) + " to " + of.instance);
    }

    static void require_sparks(session& on, const std::string& instance, int generations) {
        for (int i = 0; i <= generations; i += generations_per_spark) {
            const auto seen = on.client().status(spark_of(instance, i));
            if (!seen || seen->status != runtime_status::completed)
                throw violation(spark_of(instance, i) + " was not started, or did not end");
        }
    }

    std::vector<flood> rivers_;
    std::set<std::string> started_;
};

} // namespace

std::unique_ptr<workload> make_eternal(std::uint64_t size) {
    return std::make_unique<eternal_workload>(size);
}

} // namespace perdure::sim
