// SPDX-License-Identifier: Apache-2.0
// Many events to one instance: each acknowledged one arrives once, in order.
#include "sim/instance_book.hpp"
#include "sim/workloads/flood.hpp"
#include "sim/workloads/workloads.hpp"

#include <algorithm>

namespace perdure::sim {
namespace {

inline constexpr orchestration<numbers()> collect{"sim.collect"};

task<numbers> collect_numbers(orchestration_context& ctx) {
    numbers got;
    while (true) {
        const int next = co_await ctx.wait_for(number);
        if (next == end_of_numbers)
            co_return got;
        got.push_back(next);
    }
}

class events_workload final : public workload {
  public:
    explicit events_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < 1 + size / 3; ++i)
            floods_.emplace_back("collector-" + std::to_string(i), static_cast<int>(size * 7),
                                 sending::once);
        for (flood& each : floods_)
            book_.expect(
                each.instance,
                [](client& clients, start_options named) {
                    return clients.start_async(std::move(named), collect);
                },
                [&each](const instance_status& seen) {
                    if (seen.status != runtime_status::completed)
                        throw violation("did not collect to the end");
                    require_numbers(each, codec<numbers>::decode(seen.output));
                });
    }

    void install(registry& functions) override { functions.add(collect, collect_numbers); }

    void act(session& on) override {
        book_.act(on);
        flood& chosen = floods_[on.below(floods_.size())];
        if (book_.is_acknowledged(chosen.instance))
            chosen.act(on);
    }

    bool is_through() const override {
        return book_.is_through() &&
               std::all_of(floods_.begin(), floods_.end(), std::mem_fn(&flood::is_through));
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
    static numbers numbers_in_history(session& on, const std::string& instance) {
        numbers seen;
        for (const auto& each : on.client().history(instance))
            if (each.kind == "EventRaised") {
                const int value = codec<int>::decode(each.value);
                if (value != end_of_numbers)
                    seen.push_back(value);
            }
        return seen;
    }

    static void require_numbers(const flood& of, const numbers& seen) {
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
