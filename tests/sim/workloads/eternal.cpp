// SPDX-License-Identifier: Apache-2.0
// Instances that continue as new again and again while events pour in: each event is read once, and
// not before one that was acknowledged before it was sent; the history stays short; what an
// execution leaves behind disturbs none after it.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

#include <algorithm>
#include <set>

namespace perdure::sim {
namespace {

inline constexpr activity<int(int)> idle{"sim.idle"};
inline constexpr event<int> number{"number"};
using numbers = std::vector<int>;
inline constexpr orchestration<numbers(numbers, int)> odd{"sim.eternal.odd"};
inline constexpr orchestration<numbers(numbers, int)> even{"sim.eternal.even"};
inline constexpr orchestration<int(int)> spark{"sim.spark"};
constexpr int end_of_numbers = -1;
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

/// One instance and the client that floods it.
struct river {
    std::string instance;
    int last = 0; ///< The numbers are 1 to this.
    int sent = 0;
    std::vector<int> acknowledged; ///< In the order in which that was learned.
    std::map<int, std::size_t> known_before; ///< How many of those, when a number was first sent.
    std::set<int> lost; ///< To be sent again.
    int pending = 0;
    bool has_ended = false;
};

class eternal_workload final : public workload {
  public:
    explicit eternal_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < 1 + size / 4; ++i) {
            river made;
            made.instance = "eternal-" + std::to_string(i);
            made.last = static_cast<int>(size * 7);
            rivers_.push_back(made);
        }
    }

    void install(registry& functions) override {
        functions.add(idle, [](int n) { return n; });
        functions.add(odd, live).add(even, live).add(spark, glow);
    }

    void act(session& on) override {
        river& chosen = rivers_[on.below(rivers_.size())];
        if (!started_.contains(chosen.instance))
            return start(on, chosen);
        if (chosen.has_ended)
            return;
        if (!chosen.lost.empty() && on.one_in(2))
            return send(on, chosen, *chosen.lost.begin());
        if (chosen.sent < chosen.last)
            return send(on, chosen, ++chosen.sent);
        if (chosen.pending == 0 && chosen.lost.empty())
            send(on, chosen, end_of_numbers);
    }

    bool is_through() const override {
        return std::all_of(rivers_.begin(), rivers_.end(),
                           [](const auto& each) { return each.has_ended && each.pending == 0; });
    }

    void check(session& on) override {
        for (const river& each : rivers_)
            if (started_.contains(each.instance))
                require_short(on, each.instance);
    }

    void check_end(session& on) override {
        check(on);
        for (const river& each : rivers_) {
            const auto seen = on.client().status(each.instance);
            if (!seen || seen->status != runtime_status::completed)
                throw violation(each.instance + " has not ended");
            require_numbers(each, codec<numbers>::decode(seen->output));
            require_sparks(on, each.instance, codec<int>::decode(seen->custom_status));
        }
    }

  private:
    void start(session& on, river& chosen) {
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

    /// Every event has a key, so it is sent until somebody acknowledges it.
    void send(session& on, river& to, int value) {
        ++to.pending;
        to.lost.erase(value);
        to.known_before.emplace(value, to.acknowledged.size());
        on.attempt(
            "raise " + std::to_string(value) + " to " + to.instance,
            [&] {
                return on.client().raise_async(to.instance, number, value,
                                               {.key = std::to_string(value)});
            },
            [&to, value](answer came) {
                --to.pending;
                if (came == answer::refused)
                    throw violation("event " + std::to_string(value) + " to " + to.instance +
                                    " was refused");
                if (came == answer::unknown && value != end_of_numbers)
                    to.lost.insert(value);
                if (came == answer::acknowledged && value != end_of_numbers)
                    to.acknowledged.push_back(value);
                to.has_ended |= came == answer::acknowledged && value == end_of_numbers;
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

    static void require_numbers(const river& of, const numbers& seen) {
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

    std::vector<river> rivers_;
    std::set<std::string> started_;
};

} // namespace

std::unique_ptr<workload> make_eternal(std::uint64_t size) {
    return std::make_unique<eternal_workload>(size);
}

} // namespace perdure::sim
