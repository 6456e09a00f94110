// SPDX-License-Identifier: Apache-2.0
// Money between few accounts, with locks and as transactions at once, some of them slow or
// impatient; auditors who must see the same sum at any time; clients whose signals have to wait;
// squatters that never unlock, and are terminated and purged.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

#include <algorithm>
#include <map>

namespace perdure::sim {
namespace {

using namespace std::chrono_literals;

constexpr int initial_balance = 100;

struct account {
    struct line {
        int count = 0;
        int last = 0;
        NLOHMANN_DEFINE_TYPE_INTRUSIVE(line, count, last)
    };
    int balance = initial_balance;
    std::map<std::string, line> touched; ///< By client.
    int disorders = 0;

    int move(int amount) { return balance += amount; }
    void touch(std::string who, int number) {
        line& of = touched[who];
        disorders += number <= of.last;
        of.last = number;
        ++of.count;
    }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(account, balance, touched, disorders)
};
inline constexpr entity accounts{"bank.account", op("move", &account::move),
                                 op("touch", &account::touch)};

inline constexpr transaction<int(account&, account&, int)> transfer{"bank.transfer"};
inline constexpr transaction<int(const account&, const account&, const account&)> total{
    "bank.total"};

/// From, to, amount, sleeps in between (ms), waits at most (ms; 0: for ever).
inline constexpr orchestration<bool(int, int, int, int, int)> lock_transfer{"bank.lock_transfer"};
inline constexpr orchestration<bool(int, int, int)> transact_transfer{"bank.transact_transfer"};
/// Locks two accounts for good.
inline constexpr orchestration<void(int, int)> squat{"bank.squat"};
/// The sum of all, with locks or as a transaction.
inline constexpr orchestration<int(bool)> audit{"bank.audit"};

constexpr int account_count = 3;

/// Keys in an order that is not that of their numbers.
auto account_at(int number) {
    return accounts[std::to_string((number * 2) % account_count)];
}

int move_money(account& from, account& to, int amount) {
    from.balance -= amount;
    to.balance += amount;
    if (amount % 5 == 0)
        throw std::runtime_error("this amount is refused");
    return amount;
}

task<bool> run_lock_transfer(orchestration_context& ctx, int from, int to, int amount, int pause,
                             int patience) {
    lock_options options;
    if (patience > 0)
        options.timeout = std::chrono::milliseconds(patience);
    try {
        const auto guard = co_await ctx.lock(options, account_at(from), account_at(to));
        co_await ctx.call(account_at(from), &account::move, -amount);
        if (pause > 0)
            co_await ctx.sleep_for(std::chrono::milliseconds(pause));
        if (amount % 3 == 0) {
            co_await ctx.call(account_at(from), &account::move, amount);
            throw std::runtime_error("changed my mind");
        }
        co_await ctx.call(account_at(to), &account::move, amount);
    } catch (const error& late) {
        if (late.code() != errc::timeout)
            throw;
        co_return false;
    } catch (const std::runtime_error&) {
        co_return false;
    }
    co_return true;
}

task<bool> run_transact_transfer(orchestration_context& ctx, int from, int to, int amount) {
    bool is_done = false;
    try {
        co_await ctx.transact(transfer, account_at(from), account_at(to), amount);
        is_done = true;
    } catch (const task_failed&) {
    }
    co_return is_done;
}

task<void> run_squat(orchestration_context& ctx, int one, int other) {
    const auto guard = co_await ctx.lock(account_at(one), account_at(other));
    co_await ctx.call(account_at(one), &account::move, 0);
    co_await ctx.sleep_for(10'000h);
}

task<int> run_audit(orchestration_context& ctx, bool is_locked) {
    if (!is_locked)
        co_return co_await ctx.transact(total, account_at(2), account_at(1), account_at(0));
    const auto guard = co_await ctx.lock(account_at(0), account_at(1), account_at(2));
    int sum = 0;
    for (int i = 0; i < account_count; ++i)
        sum += co_await ctx.call(account_at(i), &account::move, 0);
    co_return sum;
}

struct toucher {
    std::string name;
    int account = 0;
    int last = 0;
    int sent = 0;
    int acknowledged = 0;
    bool is_pending = false;
};

struct squatter {
    std::string id;
    int one = 0;
    int other = 0;
    bool is_started = false; ///< Acknowledged.
    bool is_pending = false;
};

class bank_workload final : public workload {
  public:
    explicit bank_workload(std::uint64_t size) {
        base::random_stream dice(size);
        const auto below = [&](int limit) {
            return static_cast<int>(dice.draw() % static_cast<std::uint64_t>(limit));
        };
        for (std::uint64_t i = 0; i < size; ++i) {
            const std::string n = std::to_string(i);
            expect_end("lock-" + n, lock_transfer, below(3), below(3), 1 + below(9),
                       below(2) * below(200), below(2) * below(300));
            expect_end("transact-" + n, transact_transfer, below(3), below(3), 1 + below(9));
            if (i % 3 == 0)
                book_.expect("audit-" + n, audit, account_count * initial_balance, i % 2 == 0);
        }
        for (std::uint64_t i = 0; i < 1 + size / 4; ++i)
            squatters_.push_back({"squat-" + std::to_string(i), below(3), below(3)});
        for (int i = 0; i < 2; ++i)
            touchers_.push_back({"toucher-" + std::to_string(i), i, static_cast<int>(size * 2)});
    }

    void before_boot(session& on, bool) override { seen_by_ = &on; }

    void install(registry& functions) override {
        functions.add(accounts).add(transfer, move_money);
        functions.add(total, [](const account& a, const account& b, const account& c) {
            return a.balance + b.balance + c.balance;
        });
        functions.add(lock_transfer, run_lock_transfer);
        functions.add(transact_transfer, run_transact_transfer);
        functions.add(squat, run_squat);
        functions.add(audit, run_audit);
    }

    void act(session& on) override {
        book_.act(on);
        touch(on);
        if (on.one_in(4))
            move_on(on, squatters_[on.below(squatters_.size())]);
    }

    bool is_through() const override {
        return book_.is_through() &&
               std::all_of(touchers_.begin(), touchers_.end(),
                           [](const toucher& each) {
                               return each.sent == each.last && !each.is_pending;
                           }) &&
               std::all_of(squatters_.begin(), squatters_.end(), [this](const squatter& each) {
                   return each.is_started && !each.is_pending &&
                          !seen_by_->client().status(each.id);
               });
    }

    void check(session& on) override { book_.check(on); }

    void check_end(session& on) override {
        book_.check_end(on);
        int sum = 0;
        for (int i = 0; i < account_count; ++i) {
            const auto seen = on.client().read(account_at(i));
            sum += seen ? seen->balance : initial_balance;
            if (seen && seen->disorders != 0)
                throw violation("what clients sent to a locked entity came in another order");
        }
        for (const toucher& each : touchers_) {
            const int count = touches_of(on, each);
            if (count < each.acknowledged || count > each.sent)
                throw violation("touches of " + each.name + " are lost or doubled");
        }
        if (sum != account_count * initial_balance)
            throw violation("the bank has " + std::to_string(sum));
        if (!on.client().locks().empty())
            throw violation("an entity stays locked by one that has ended");
    }

  private:
    void touch(session& on) {
        toucher& chosen = touchers_[on.below(touchers_.size())];
        if (chosen.sent == chosen.last || chosen.is_pending)
            return;
        const int number = ++chosen.sent;
        chosen.is_pending = true;
        on.attempt(
            "touch " + std::to_string(number) + " by " + chosen.name,
            [&] {
                return on.client().signal_async(account_at(chosen.account), &account::touch,
                                                chosen.name, number);
            },
            [&chosen](answer came) {
                chosen.is_pending = false;
                if (came == answer::refused)
                    throw violation("a touch of " + chosen.name + " was refused");
                chosen.acknowledged += came == answer::acknowledged;
            });
    }

    /// Starts it, terminates it or purges it, whichever is next.
    static void move_on(session& on, squatter& chosen) {
        if (chosen.is_pending)
            return;
        const auto seen = on.client().status(chosen.id);
        if (chosen.is_started && !seen)
            return;
        chosen.is_pending = true;
        if (!chosen.is_started)
            return on.attempt(
                "start " + chosen.id,
                [&] {
                    return on.client().start_async(
                        {.instance = chosen.id, .reuse = id_reuse::never, .key = chosen.id}, squat,
                        chosen.one, chosen.other);
                },
                [&chosen](answer came) {
                    chosen.is_pending = false;
                    chosen.is_started |= came == answer::acknowledged;
                });
        const auto settle = [&chosen](answer) { chosen.is_pending = false; };
        if (is_finished(seen->status))
            on.attempt(
                "purge " + chosen.id, [&] { return on.client().purge_async(chosen.id); }, settle);
        else
            on.attempt(
                "terminate " + chosen.id,
                [&] { return on.client().terminate_async(chosen.id, "no squatting"); }, settle);
    }

    static int touches_of(session& on, const toucher& of) {
        const auto seen = on.client().read(account_at(of.account));
        if (!seen)
            return 0;
        const auto found = seen->touched.find(of.name);
        return found == seen->touched.end() ? 0 : found->second.count;
    }

    template <class... Args>
    void expect_end(const std::string& instance, const orchestration<bool(Args...)>& function,
                    std::type_identity_t<Args>... args) {
        book_.expect(
            instance,
            [function, args...](client& clients, start_options named) {
                return clients.start_async(std::move(named), function, args...);
            },
            [instance](const instance_status& seen) {
                if (seen.status != runtime_status::completed)
                    throw violation("transfer " + instance + " ended otherwise");
            });
    }

    std::vector<toucher> touchers_;
    std::vector<squatter> squatters_;
    session* seen_by_ = nullptr;
    instance_book book_;
};

} // namespace

std::unique_ptr<workload> make_bank(std::uint64_t size) {
    return std::make_unique<bank_workload>(size);
}

} // namespace perdure::sim
