// SPDX-License-Identifier: Apache-2.0
// Many senders to few entities: clients, orchestrations, and an entity that passes on what it gets.
// Each sender numbers its operations, so that the entity itself sees a loss, a repeat or a swap.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

#include <algorithm>
#include <map>

namespace perdure::sim {
namespace {

struct ledger {
    struct line {
        int count = 0;
        int last = 0;
        NLOHMANN_DEFINE_TYPE_INTRUSIVE(line, count, last)
    };
    std::map<std::string, line> senders;
    int out_of_order = 0;

    int add(std::string sender, int number) {
        line& from = senders[sender];
        out_of_order += number <= from.last;
        from.last = number;
        return ++from.count;
    }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(ledger, senders, out_of_order)
};
inline constexpr entity ledgers{"ledger", op("add", &ledger::add)};

struct relay {
    int passed = 0;
    void pass(entity_context& ctx, std::string to, std::string sender, int number) {
        ++passed;
        ctx.signal(ledgers[std::move(to)], &ledger::add, std::move(sender), number);
    }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(relay, passed)
};
inline constexpr entity relays{"relay", op("pass", &relay::pass)};

inline constexpr orchestration<int(std::string, int)> count_up{"sim.count_up"};

/// Signals and calls under the instance's own name; the last call's answer counts them.
task<int> run_count_up(orchestration_context& ctx, std::string key, int last) {
    for (int i = 1; i < last; ++i) {
        if (i % 3 == 0)
            co_await ctx.call(ledgers[key], &ledger::add, ctx.instance(), i);
        else
            ctx.signal(ledgers[key], &ledger::add, ctx.instance(), i);
    }
    const int counted = co_await ctx.call(ledgers[key], &ledger::add, ctx.instance(), last);
    co_return counted;
}

struct sender {
    std::string name;
    std::string key;
    bool is_relayed = false;
    bool is_burst = false; ///< Does not wait for answers.
    int last = 0;
    int sent = 0;
    int acknowledged = 0;
    int last_acknowledged = 0;
    int pending = 0;
};

class counters_workload final : public workload {
  public:
    explicit counters_workload(std::uint64_t size) {
        const int last = static_cast<int>(size * 4);
        for (std::uint64_t i = 0; i < 2 + size / 2; ++i) {
            sender made;
            made.name = "sender-" + std::to_string(i);
            made.key = i % 3 == 0 ? "a" : "";
            made.is_relayed = i % 4 == 1;
            made.is_burst = i % 2 == 0;
            made.last = last;
            senders_.push_back(made);
            const std::string counter = "counter-" + std::to_string(i);
            book_.expect(counter, count_up, last, std::string("a"), last);
            counters_.push_back(counter);
        }
    }

    void install(registry& functions) override {
        functions.add(ledgers).add(relays).add(count_up, run_count_up);
    }

    void act(session& on) override {
        book_.act(on);
        sender& chosen = senders_[on.below(senders_.size())];
        if (chosen.sent == chosen.last || (chosen.pending > 0 && !chosen.is_burst))
            return;
        const int number = ++chosen.sent;
        ++chosen.pending;
        on.attempt(
            "signal " + std::to_string(number) + " from " + chosen.name,
            [&] {
                if (chosen.is_relayed)
                    return on.client().signal_async(relays["r"], &relay::pass, chosen.key,
                                                    chosen.name, number);
                return on.client().signal_async(ledgers[chosen.key], &ledger::add, chosen.name,
                                                number);
            },
            [&chosen, number](answer came) {
                --chosen.pending;
                if (came == answer::refused)
                    throw violation("a signal from " + chosen.name + " was refused");
                if (came != answer::acknowledged)
                    return;
                ++chosen.acknowledged;
                chosen.last_acknowledged = number;
            });
    }

    bool is_through() const override {
        return book_.is_through() &&
               std::all_of(senders_.begin(), senders_.end(), [](const sender& each) {
                   return each.sent == each.last && each.pending == 0;
               });
    }

    void check(session& on) override {
        book_.check(on);
        for (const sender& each : senders_)
            if (!each.is_relayed) // what is passed on arrives later
                require(each, line_of(on, each.key, each.name));
    }

    void check_end(session& on) override {
        check(on);
        book_.check_end(on);
        int passed = 0;
        for (const sender& each : senders_) {
            const auto line = line_of(on, each.key, each.name);
            require(each, line);
            passed += each.is_relayed ? line.count : 0;
        }
        const auto relayed = on.client().read(relays["r"]);
        if ((relayed ? relayed->passed : 0) != passed)
            throw violation("the relay passed on another number than arrived");
        for (const std::string& each : counters_)
            if (line_of(on, "a", each).count != static_cast<int>(senders_[0].last))
                throw violation("signals of " + each + " are lost or doubled");
    }

  private:
    static ledger::line line_of(session& on, const std::string& key, const std::string& name) {
        const auto state = on.client().read(ledgers[key]);
        if (!state)
            return {};
        if (state->out_of_order != 0)
            throw violation("operations reached an entity twice or out of order");
        const auto found = state->senders.find(name);
        return found == state->senders.end() ? ledger::line{} : found->second;
    }

    static void require(const sender& from, const ledger::line& line) {
        if (line.count < from.acknowledged || line.last < from.last_acknowledged)
            throw violation("signals from " + from.name + " were acknowledged and are lost");
        if (line.count > from.sent || line.last > from.sent)
            throw violation("more signals from " + from.name + " than were sent");
    }

    std::vector<sender> senders_;
    std::vector<std::string> counters_;
    instance_book book_;
};

} // namespace

std::unique_ptr<workload> make_counters(std::uint64_t size) {
    return std::make_unique<counters_workload>(size);
}

} // namespace perdure::sim
