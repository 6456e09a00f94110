// SPDX-License-Identifier: Apache-2.0
// Instances that fail, and what comes after an end: rewound ones go on and do no work twice that
// they know to be done, restarted ones begin anew, purged ones leave nothing.
#include "sim/workloads/workloads.hpp"

#include <algorithm>
#include <map>

namespace perdure::sim {
namespace {

using namespace std::chrono_literals;

inline constexpr activity<int(std::string, int)> careful{"afterlife.careful"};
inline constexpr activity<int(int)> calm{"afterlife.calm"};
inline constexpr activity<int(int)> risky{"afterlife.risky"};
inline constexpr orchestration<int(int)> being{"afterlife"};

/// What a client knows of one instance.
struct soul {
    enum class knowledge : std::uint8_t { nothing, here, gone };

    std::string id;
    int orders_left = 0;
    bool is_pending = false;
    bool is_started = false; ///< At least once, acknowledged.
    knowledge known = knowledge::nothing;
};

class afterlife_workload final : public workload {
  public:
    explicit afterlife_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < 1 + size / 2; ++i) {
            soul made;
            made.id = "soul-" + std::to_string(i);
            made.orders_left = static_cast<int>(3 + size);
            souls_.push_back(std::move(made));
        }
    }

    void install(registry& functions) override {
        functions.add(careful, [](const std::string&, int n) { return n; });
        functions.add(calm, [](int n) { return n; });
        functions.add(risky, [this](int n) {
            if (!is_healing_ && watcher_ != nullptr && watcher_->one_in(3))
                throw std::runtime_error("bad luck");
            return n;
        });
        functions.add(being,
                      [](orchestration_context& ctx, int depth) { return run_being(ctx, depth); });
    }

    void before_boot(session& on, bool is_healing) override {
        watcher_ = &on;
        is_healing_ = is_healing_ || is_healing;
    }

    void act(session& on) override {
        soul& chosen = souls_[on.below(souls_.size())];
        if (chosen.is_pending)
            return;
        if (!chosen.is_started)
            return start(on, chosen);
        if (chosen.orders_left-- > 0)
            return order(on, chosen);
        if (has_failed(on, chosen.id))
            rewind(on, chosen);
    }

    bool is_through() const override {
        return std::all_of(souls_.begin(), souls_.end(), [this](const soul& each) {
            return each.is_started && !each.is_pending && each.orders_left <= 0 &&
                   !has_failed(*watcher_, each.id);
        });
    }

    void check(session& on) override {
        for (const soul& each : souls_) {
            const auto seen = on.client().status(each.id);
            if (each.known == soul::knowledge::here && !seen)
                throw violation(each.id + " was acknowledged to be started, and is gone");
            if (each.known == soul::knowledge::gone && seen)
                throw violation(each.id + " was acknowledged to be purged, and is there");
            if (seen && seen->held)
                throw violation(each.id + " is held: " + *seen->held);
            if (seen)
                require_no_double_work(on, each.id);
        }
    }

    void check_end(session& on) override {
        check(on);
        for (const soul& each : souls_) {
            const auto seen = on.client().status(each.id);
            if (!seen)
                continue;
            if (seen->status == runtime_status::failed)
                continue; // nobody rewound it after its last failure
            if (seen->status != runtime_status::completed || seen->output.data != "9")
                throw violation(each.id + " has status " + to_string(seen->status) + " and gave " +
                                seen->output.data);
        }
    }

  private:
    /// Leaves nothing in the history but what it came to.
    static task<int> run_calm(orchestration_context& ctx, int n) {
        const int first = co_await ctx.call(calm, n);
        co_return co_await ctx.call(calm, first + 1);
    }

    /// Runs again from its beginning when its failure is taken back.
    static task<int> run_risk(orchestration_context& ctx, int n) {
        co_return co_await ctx.call(risky, co_await ctx.call(calm, n));
    }

    /// 1 + 2, and with a child below it that again and 3.
    static task<int> run_being(orchestration_context& ctx, int depth) {
        const int whose = co_await ctx.scope("calm", run_calm, 0);
        int sum = co_await ctx.call(careful, ctx.instance(), whose);
        auto never = ctx.sleep_for(1000h);
        sum += co_await ctx.scope("risk", run_risk, 2);
        if (depth > 0) {
            auto child = ctx.call(being, depth - 1);
            auto beside = ctx.call(risky, 3);
            sum += co_await beside;
            sum += co_await child;
        }
        co_return sum;
    }

    static bool has_failed(session& on, const std::string& id) {
        const auto seen = on.client().status(id);
        return seen && seen->status == runtime_status::failed;
    }

    /// What has a result is never asked for again: each careful activity is scheduled once.
    static void require_no_double_work(session& on, const std::string& id) {
        int scheduled = 0;
        for (const auto& each : on.client().history(id))
            scheduled += each.kind == "TaskScheduled" && each.name == careful.name() ? 1 : 0;
        if (scheduled > 1)
            throw violation(id + " has done its careful work " + std::to_string(scheduled) +
                            " times");
    }

    void order(session& on, soul& to) {
        switch (on.below(5)) {
        case 0:
            return purge(on, to);
        case 1:
            return restart(on, to);
        case 2:
            return start(on, to);
        default:
            return rewind(on, to);
        }
    }

    template <class Call>
    void send(session& on, soul& to, const std::string& verb, Call call,
              soul::knowledge if_acknowledged) {
        to.is_pending = true;
        const soul::knowledge before = std::exchange(to.known, soul::knowledge::nothing);
        on.attempt(verb + " " + to.id, call, [&to, before, if_acknowledged](answer came) {
            to.is_pending = false;
            if (came == answer::acknowledged)
                to.known = if_acknowledged;
            else if (came == answer::refused)
                to.known = before;
        });
    }

    void start(session& on, soul& to) {
        to.is_pending = true;
        to.known = soul::knowledge::nothing;
        on.attempt(
            "start " + to.id,
            [&] { return on.client().start_async({.instance = to.id}, being, 1); },
            [&to](answer came) {
                to.is_pending = false;
                if (came == answer::refused)
                    throw violation("the start of " + to.id + " was refused");
                if (came == answer::acknowledged) {
                    to.known = soul::knowledge::here;
                    to.is_started = true;
                }
            });
    }
    void purge(session& on, soul& to) {
        send(
            on, to, "purge", [&] { return on.client().purge_async(to.id); }, soul::knowledge::gone);
    }
    void restart(session& on, soul& to) {
        send(
            on, to, "restart", [&] { return on.client().restart_async(to.id); },
            soul::knowledge::here);
    }
    void rewind(session& on, soul& to) {
        send(
            on, to, "rewind", [&] { return on.client().rewind_async(to.id); },
            soul::knowledge::here);
    }

    std::vector<soul> souls_;
    session* watcher_ = nullptr;
    bool is_healing_ = false;
};

} // namespace

std::unique_ptr<workload> make_afterlife(std::uint64_t size) {
    return std::make_unique<afterlife_workload>(size);
}

} // namespace perdure::sim
