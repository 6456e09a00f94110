// SPDX-License-Identifier: Apache-2.0
// Many events to one instance: each acknowledged one arrives once, in order.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

#include <algorithm>

namespace perdure::sim {
namespace {

inline constexpr event<int> number{"number"};
inline constexpr orchestration<std::vector<int>()> collect{"sim.collect"};
constexpr int end_of_numbers = -1;

task<std::vector<int>> collect_numbers(orchestration_context& ctx) {
    std::vector<int> got;
    while (true) {
        const int next = co_await ctx.wait_for(number);
        if (next == end_of_numbers)
            co_return got;
        got.push_back(next);
    }
}

/// One instance and the client that floods it.
struct flood {
    std::string instance;
    int last = 0; ///< The numbers are 1 to this.
    int sent = 0;
    std::vector<int> acknowledged;
    int pending = 0;
    bool is_end_sent = false;
    bool has_ended = false;
};

class events_workload final : public workload {
  public:
    explicit events_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < 1 + size / 3; ++i) {
            flood made;
            made.instance = "collector-" + std::to_string(i);
            made.last = static_cast<int>(size * 7);
            floods_.push_back(made);
        }
        for (flood& each : floods_)
            book_.expect(
                each.instance,
                [](client& clients, start_options named) {
                    return clients.start_async(std::move(named), collect);
                },
                [&each](const instance_status& seen) {
                    if (seen.status != runtime_status::completed)
                        throw violation("did not collect to the end");
                    require_numbers(each, codec<std::vector<int>>::decode(seen.output));
                });
    }

    void install(registry& functions) override { functions.add(collect, collect_numbers); }

    void act(session& on) override {
        book_.act(on);
        flood& chosen = floods_[on.below(floods_.size())];
        if (!book_.is_acknowledged(chosen.instance) || chosen.has_ended)
            return;
        if (chosen.sent < chosen.last)
            return send(on, chosen, ++chosen.sent);
        if (chosen.pending == 0) // the end comes after all that is acknowledged
            send(on, chosen, end_of_numbers);
    }

    bool is_through() const override {
        return book_.is_through() && std::all_of(floods_.begin(), floods_.end(), [](const auto& f) {
                   return f.has_ended && f.pending == 0;
               });
    }

    void check(session& on) override {
        book_.check(on);
        for (const flood& each : floods_)
            if (book_.is_acknowledged(each.instance))
                require_numbers(each, numbers_in_history(on, each.instance));
    }

    void check_end(session& on) override {
        check(on);
        book_.check_end(on);
    }

  private:
    void send(session& on, flood& to, int value) {
        ++to.pending;
        on.attempt(
            "raise " + std::to_string(value) + " to " + to.instance,
            [&] { return on.client().raise_async(to.instance, number, value); },
            [&to, value](answer came) {
                --to.pending;
                if (value != end_of_numbers && came == answer::acknowledged)
                    to.acknowledged.push_back(value);
                if (value != end_of_numbers && came == answer::refused)
                    throw violation("an event to " + to.instance + " was refused");
                // Refused: an earlier end, whose answer got lost, has ended the instance.
                if (value == end_of_numbers && came != answer::unknown)
                    to.has_ended = true;
            });
    }

    static std::vector<int> numbers_in_history(session& on, const std::string& instance) {
        std::vector<int> seen;
        for (const auto& each : on.client().history(instance))
            if (each.kind == "EventRaised") {
                const int value = codec<int>::decode(each.value);
                if (value != end_of_numbers)
                    seen.push_back(value);
            }
        return seen;
    }

    static void require_numbers(const flood& of, const std::vector<int>& seen) {
        if (std::adjacent_find(seen.begin(), seen.end(), std::greater_equal<>()) != seen.end())
            throw violation("events reached " + of.instance + " twice or out of order");
        for (const int each : of.acknowledged)
            if (!std::binary_search(seen.begin(), seen.end(), each))
                throw violation("event " + std::to_string(each) + " to " + of.instance +
                                " was acknowledged and is lost");
        if (!seen.empty() && seen.back() > of.sent)
            throw violation("an event reached " + of.instance + " that nobody sent");
    }

    std::vector<flood> floods_;
    instance_book book_;
};

} // namespace

std::unique_ptr<workload> make_events(std::uint64_t size) {
    return std::make_unique<events_workload>(size);
}

} // namespace perdure::sim
