// SPDX-License-Identifier: Apache-2.0
// Calls that fail, hang or fall silent a few times before they succeed, and calls that are given up
// while they do. Whoever comes next knows its attempt, and what the one before it sent last.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

#include <map>
#include <set>

namespace perdure::sim {
namespace {

using namespace std::chrono_literals;

enum trouble { failing, hanging, silent, losing, fragile, trouble_count };

/// Fails in its way in that many attempts, then gives its attempt.
inline constexpr activity<int(int, int)> stubborn{"sim.stubborn"};
inline constexpr orchestration<int(int, int)> insist{"sim.insist"};
inline constexpr orchestration<int(int)> child{"sim.fragile_child"};

struct tries {
    int count = 0;
    int next() { return ++count; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(tries, count)
};
inline constexpr entity counted{"sim_tries", op("next", &tries::next)};

constexpr int attempts_max = 4;

call_options options_for(int kind) {
    retry_policy policy{.first_interval = 700ms,
                        .coefficient = 1.5,
                        .max_interval = 2s,
                        .max_attempts = attempts_max};
    if (kind == failing || kind == fragile)
        return {.retry = policy};
    policy.max_attempts = retry_policy::unlimited; // the machine may be off for longer
    if (kind == hanging)
        return {.retry = policy, .timeout = 5s};
    return {.retry = policy, .heartbeat_timeout = 3s};
}

task<int> run_insist(orchestration_context& ctx, int kind, int failures) {
    if (kind == fragile)
        co_return co_await ctx.call(options_for(kind), child, failures);
    if (kind != losing)
        co_return co_await ctx.call(options_for(kind), stubborn, kind, failures);
    std::vector<durable<int>> racing;
    racing.push_back(ctx.call(options_for(failing), stubborn, int{failing}, failures));
    racing.push_back(ctx.call(options_for(silent), stubborn, int{silent}, 1'000'000));
    racing.push_back(ctx.call(options_for(hanging), stubborn, int{hanging}, 1'000'000));
    const auto winner = co_await when_any(std::move(racing));
    if (winner.index != 0)
        throw std::logic_error("one that never ends was first");
    co_await ctx.sleep_for(1min); // the losers are over long before the orchestration is
    co_return winner.value;
}

task<int> run_child(orchestration_context& ctx, int failures) {
    const int tried = co_await ctx.call(counted[ctx.parent()], &tries::next);
    if (tried <= failures)
        throw std::runtime_error("try " + std::to_string(tried));
    co_return tried;
}

class retries_workload final : public workload {
  public:
    explicit retries_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < size * 2; ++i)
            expect("insist-" + std::to_string(i), static_cast<int>(i % trouble_count),
                   static_cast<int>(i * 7 % (attempts_max + 2)));
    }

    void install(registry& functions) override {
        functions.add(stubborn, [this](activity_context& at, int kind, int failures) {
            return do_stubborn(at, kind, failures);
        });
        functions.add(insist, run_insist).add(child, run_child).add(counted);
    }
    void before_boot(session&, bool) override {
        for (const std::string& each : names_)
            if (book_.has_ended(each))
                over_.insert(each);
    }
    void act(session& on) override {
        on_ = &on;
        book_.act(on);
    }
    bool is_through() const override { return book_.is_through(); }
    void check(session& on) override { book_.check(on); }
    void check_end(session& on) override {
        book_.check_end(on);
        for (std::size_t i = 0; i < names_.size(); ++i)
            check_history(on.client(), names_[i]);
    }

  private:
    void expect(const std::string& name, int kind, int failures) {
        names_.push_back(name);
        const bool may_fail = kind == failing || kind == fragile || kind == losing;
        const auto start = [kind, failures](client& clients, start_options named) {
            return clients.start_async(std::move(named), insist, kind, failures);
        };
        if (may_fail && failures >= attempts_max)
            book_.expect(name, start,
                         instance_book::failed_with("try " + std::to_string(attempts_max)));
        else if (may_fail)
            book_.expect(name, start,
                         instance_book::completed_with(codec<int>::encode(failures + 1)));
        else
            book_.expect(name, start, [failures](const instance_status& seen) {
                if (seen.status != runtime_status::completed)
                    throw violation("gave up, though it had attempts left");
                if (codec<int>::decode(seen.output) <= failures)
                    throw violation("took an outcome of an attempt that has none");
            });
    }

    int do_stubborn(activity_context& at, int kind, int failures) {
        const int attempt = static_cast<int>(at.attempt());
        if (over_.contains(at.instance()))
            on_->report("an activity of " + at.instance() + " runs after its end");
        const int sent = at.last_heartbeat<int>().value_or(0);
        // It may be its own, if it runs again. A deadline may pass before an attempt has run.
        if (sent > attempt || (kind == failing && sent < attempt - 1))
            on_->report("attempt " + std::to_string(attempt) + " of " + at.instance() +
                        " was given the heartbeat of attempt " + std::to_string(sent));
        at.heartbeat(sent);
        at.heartbeat(attempt);
        if (attempt > failures)
            return attempt;
        if (kind == failing)
            throw std::runtime_error("try " + std::to_string(attempt));
        throw interrupted(); // it never comes back
    }

    /// Pauses are as long as they should be, and attempts as many.
    void check_history(client& clients, const std::string& name) {
        const call_options options = options_for(failing);
        std::map<std::uint32_t, timestamp> failed; // attempts of the one call that fails
        std::size_t attempts = 0;
        std::set<std::uint32_t> over; // also what is cancelled in the step that has its outcome
        for (const history_entry& each : clients.history(name)) {
            if (each.kind == "TaskScheduled")
                ++attempts;
            if (each.kind == "TaskFailed" || each.kind == "TaskCompleted" ||
                each.kind == "TaskCanceled")
                over.insert(each.task_id.value());
            if (each.failed && each.failed->message.starts_with("try "))
                failed[static_cast<std::uint32_t>(failed.size()) + 1] = each.time;
            const bool is_retry = each.kind == "TaskScheduled" && each.attempt > 1 &&
                                  each.value.data.starts_with("[0,");
            if (is_retry && each.time < failed.at(each.attempt - 1) +
                                            options.retry->pause_after(each.attempt - 1))
                throw violation(name + " did not wait before attempt " +
                                std::to_string(each.attempt));
        }
        if (over.size() != attempts)
            throw violation(name + " has " + std::to_string(over.size()) + " outcomes of " +
                            std::to_string(attempts) + " attempts");
    }

    session* on_ = nullptr;
    std::vector<std::string> names_;
    std::set<std::string> over_;
    instance_book book_;
};

} // namespace

std::unique_ptr<workload> make_retries(std::uint64_t size) {
    return std::make_unique<retries_workload>(size);
}

} // namespace perdure::sim
