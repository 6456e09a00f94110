// SPDX-License-Identifier: Apache-2.0
// Parents with a child each, steered at random: what is acknowledged to be suspended runs no code,
// what is acknowledged to be terminated never runs again, nor does what it leaves behind.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

#include <algorithm>

namespace perdure::sim {
namespace {

using namespace std::chrono_literals;

inline constexpr event<int> bell{"life.bell"};
inline constexpr activity<int(int)> work{"life.work"};
inline constexpr orchestration<int(int)> life{"life"};

/// What a client knows of one instance.
struct subject {
    enum class knowledge : std::uint8_t { nothing, suspended, terminated };

    std::string id;
    bool is_root = false;
    int orders_left = 0;
    bool is_pending = false;
    bool may_be_suspended = false; ///< It must be resumed before the end.
    bool may_be_terminated = false;
    knowledge known = knowledge::nothing;
};

class life_workload final : public workload {
  public:
    explicit life_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < 1 + size / 2; ++i) {
            const std::string root = "life-" + std::to_string(i);
            for (const bool is_root : {true, false}) {
                subject made;
                made.id = is_root ? root : child_of(root);
                made.is_root = is_root;
                made.orders_left = static_cast<int>(2 + size % 5);
                subjects_.push_back(std::move(made));
            }
            book_.expect(
                root,
                [](client& clients, start_options named) {
                    return clients.start_async(std::move(named), life, 1);
                },
                [this, root](const instance_status& seen) { require_end(root, seen); });
        }
    }

    void install(registry& functions) override {
        functions.add(work, [](int n) { return n; });
        functions.add(life, [this](orchestration_context& ctx, int depth) {
            return run_life(this, ctx, depth);
        });
    }

    void act(session& on) override {
        watcher_ = &on;
        book_.act(on);
        subject& chosen = subjects_[on.below(subjects_.size())];
        if (chosen.is_pending || chosen.known == subject::knowledge::terminated)
            return;
        if (chosen.orders_left-- > 0)
            return order(on, chosen);
        if (chosen.may_be_suspended)
            resume(on, chosen);
    }

    bool is_through() const override {
        return book_.is_through() &&
               std::all_of(subjects_.begin(), subjects_.end(), [](const subject& each) {
                   return !each.is_pending && !each.may_be_suspended &&
                          (each.orders_left <= 0 || each.known == subject::knowledge::terminated);
               });
    }

    void check(session& on) override {
        book_.check(on);
        for (const subject& each : subjects_) {
            if (each.known == subject::knowledge::suspended)
                require_status(on, each, runtime_status::suspended);
            if (each.known == subject::knowledge::terminated)
                require_status(on, each, runtime_status::terminated);
        }
    }

    void check_end(session& on) override {
        check(on);
        book_.check_end(on);
        for (const subject& each : subjects_)
            if (const auto seen = on.client().status(each.id); seen && !is_finished(seen->status))
                throw violation(each.id + " has not ended, though its parent has");
    }

  private:
    static std::string child_of(const std::string& root) { return root + ".child"; }

    static task<int> run_life(life_workload* self, orchestration_context& ctx, int depth) {
        self->saw_code(ctx);
        int sum = 0;
        for (int i = 0; i < 2; ++i) {
            sum += co_await ctx.call(work, i);
            self->saw_code(ctx);
        }
        co_await ctx.sleep_for(5s);
        self->saw_code(ctx);
        if (depth > 0) {
            auto idle = ctx.call(work, 7);
            const std::string child = child_of(ctx.instance());
            sum += co_await ctx.call_as(child, life, depth - 1);
            self->saw_code(ctx);
        }
        auto rung = ctx.wait_for(bell);
        auto late = ctx.sleep_for(1h);
        co_await when_any(rung, late);
        self->saw_code(ctx);
        co_return sum;
    }

    void saw_code(const orchestration_context& ctx) {
        if (ctx.is_replaying() || watcher_ == nullptr)
            return;
        for (const subject& each : subjects_)
            if (each.id == ctx.instance() && each.known != subject::knowledge::nothing)
                watcher_->report(
                    "code of " + each.id + " runs, though it is acknowledged to be " +
                    (each.known == subject::knowledge::suspended ? "suspended" : "terminated"));
    }

    void order(session& on, subject& to) {
        const std::string id = to.id;
        switch (on.below(6)) {
        case 0:
        case 1:
            return suspend(on, to);
        case 2:
        case 3:
            return resume(on, to);
        case 4:
            return terminate(on, to);
        default:
            on.attempt(
                "ring " + id, [&] { return on.client().raise_async(id, bell, 1); }, [](answer) {});
        }
    }

    void suspend(session& on, subject& to) {
        to.is_pending = true;
        to.may_be_suspended = true;
        on.attempt(
            "suspend " + to.id, [&] { return on.client().suspend_async(to.id, "a while"); },
            [&to](answer came) {
                to.is_pending = false;
                if (came == answer::acknowledged && !to.may_be_terminated)
                    to.known = subject::knowledge::suspended;
                else if (came == answer::refused)
                    require_not_suspended(to);
            });
    }

    /// It does not exist, or it has ended: neither comes back from suspension.
    static void require_not_suspended(subject& of) {
        if (of.known == subject::knowledge::suspended && !of.may_be_terminated)
            throw violation(of.id + " was suspended, and now it is not there or has ended");
        of.may_be_suspended = false;
    }

    void resume(session& on, subject& to) {
        to.is_pending = true;
        if (to.known == subject::knowledge::suspended)
            to.known = subject::knowledge::nothing;
        on.attempt(
            "resume " + to.id, [&] { return on.client().resume_async(to.id); },
            [&to](answer came) {
                to.is_pending = false;
                if (came != answer::unknown)
                    to.may_be_suspended = false;
            });
    }

    void terminate(session& on, subject& to) {
        to.is_pending = true;
        to.may_be_terminated = true;
        if (to.is_root)
            with_child(to).may_be_terminated = true;
        const subject::knowledge before = to.known;
        to.known = subject::knowledge::nothing;
        on.attempt(
            "terminate " + to.id, [&] { return on.client().terminate_async(to.id, "enough"); },
            [this, &to, before](answer came) {
                to.is_pending = false;
                if (came == answer::acknowledged) {
                    to.known = subject::knowledge::terminated;
                    to.may_be_suspended = false;
                    if (to.is_root) // it ends whatever it is doing
                        forget(with_child(to));
                } else if (came == answer::refused && before != subject::knowledge::nothing) {
                    require_not_suspended(to);
                }
            });
        if (to.is_root)
            forget(with_child(to));
    }

    /// Its parent may end it at any moment.
    static void forget(subject& of) {
        if (of.known == subject::knowledge::suspended)
            of.known = subject::knowledge::nothing;
    }

    subject& with_child(const subject& root) {
        return *std::find_if(subjects_.begin(), subjects_.end(),
                             [&](const subject& each) { return each.id == child_of(root.id); });
    }

    void require_end(const std::string& root, const instance_status& seen) {
        const auto named = [&](const std::string& id) -> const subject& {
            return *std::find_if(subjects_.begin(), subjects_.end(),
                                 [&](const subject& each) { return each.id == id; });
        };
        if (seen.status == runtime_status::terminated && named(root).may_be_terminated)
            return;
        if (seen.status == runtime_status::failed && named(child_of(root)).may_be_terminated &&
            seen.failed->cause && seen.failed->cause->type == "perdure::terminated")
            return;
        if (seen.status != runtime_status::completed || seen.output.data != "2")
            throw violation(std::string("has status ") + to_string(seen.status) + " and gave " +
                            seen.output.data);
    }

    static void require_status(session& on, const subject& of, runtime_status wanted) {
        const auto seen = on.client().status(of.id);
        if (!seen || seen->status != wanted)
            throw violation(of.id + " was acknowledged to be " + to_string(wanted) + ", and is " +
                            (seen ? to_string(seen->status) : "gone"));
    }

    std::vector<subject> subjects_;
    instance_book book_;
    session* watcher_ = nullptr;
};

} // namespace

std::unique_ptr<workload> make_life(std::uint64_t size) {
    return std::make_unique<life_workload>(size);
}

} // namespace perdure::sim
