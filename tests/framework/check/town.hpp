// SPDX-License-Identifier: Apache-2.0
// A program that leaves rows of every kind behind: instances that wait, sleep, fail, end and have
// children; entities that call and signal; blobs; a custom status.
#pragma once

#include <perdure/perdure.hpp>

#include <string>
#include <vector>

namespace town {

using namespace perdure;

inline constexpr activity<int(int)> twice{"twice"};
inline constexpr activity<int(int)> refuse{"refuse"};
inline constexpr activity<blob(std::string)> paint{"paint"};
inline constexpr orchestration<int(int)> errand{"errand"};
inline constexpr orchestration<int(int)> household{"household"};
inline constexpr orchestration<int()> sleeper{"sleeper"};
inline constexpr orchestration<int()> visitor{"visitor"};
inline constexpr orchestration<int()> careless{"careless"};
inline constexpr orchestration<blob(std::string)> painter{"painter"};
inline constexpr event<int> knock{"knock"};

struct tally {
    int sum = 0;
    void add(int n) { sum += n; }
    int get() const { return sum; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(tally, sum)
};
inline constexpr entity tallies{"tally", op("add", &tally::add), op("get", &tally::get)};

/// Passes on what it is told.
struct crier {
    std::string told;
    void tell(entity_context& ctx, std::string news) {
        told += news;
        ctx.signal(tallies["heard"], &tally::add, 1);
    }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(crier, told)
};
inline constexpr entity criers{"crier", op("tell", &crier::tell)};

/// Keeps a picture.
struct museum {
    std::vector<blob> pictures;
    void hang(blob picture) { pictures.push_back(picture); }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(museum, pictures)
};
inline constexpr entity museums{"museum", op("hang", &museum::hang)};

inline task<int> run_errand(orchestration_context& ctx, int n) {
    const int doubled = co_await ctx.call(twice, n);
    co_await ctx.sleep_for(std::chrono::minutes(1));
    co_await ctx.call(tallies["all"], &tally::add, doubled);
    ctx.signal(criers["market"], &crier::tell, std::string("hear"));
    if (n == 3)
        co_await ctx.call(refuse, n);
    co_return doubled;
}

inline task<int> run_household(orchestration_context& ctx, int width) {
    std::vector<durable<int>> errands;
    for (int i = 0; i < width; ++i)
        errands.push_back(ctx.call(errand, i));
    int sum = 0;
    for (auto& each : errands) {
        try {
            sum += co_await each;
        } catch (const task_failed&) {
            ctx.set_status(std::string("one went wrong"));
        }
    }
    co_return sum;
}

inline task<int> run_sleeper(orchestration_context& ctx) {
    co_await ctx.sleep_for(std::chrono::hours(24 * 365));
    co_return 1;
}

inline task<int> run_visitor(orchestration_context& ctx) {
    int sum = 0;
    for (int i = 0; i < 3; ++i) {
        auto heard = ctx.wait_for(knock);
        auto patience = ctx.sleep_for(std::chrono::hours(1));
        if (co_await when_any(heard, patience) == 0)
            sum += co_await heard;
    }
    co_return sum;
}

/// Ends before what it asked for.
inline task<int> run_careless(orchestration_context& ctx) {
    auto child = ctx.call_as("orphan", errand, 1);
    auto added = ctx.call(tallies["all"], &tally::add, 1);
    auto forgotten = ctx.call(twice, 1);
    auto pause = ctx.sleep_for(std::chrono::hours(5));
    co_return co_await ctx.call(tallies["all"], &tally::get);
}

inline task<blob> run_painter(orchestration_context& ctx, std::string motif) {
    const blob picture = co_await ctx.call(paint, motif);
    ctx.set_status(picture);
    co_await ctx.call(museums["main"], &museum::hang, picture);
    co_return picture;
}

inline registry functions() {
    registry all;
    all.add(twice, [](int n) { return 2 * n; });
    all.add(refuse, [](int) -> int { throw std::runtime_error("closed today"); });
    all.add(paint, [](activity_context& ctx, std::string motif) { return ctx.put(motif + "!"); });
    all.add(errand, run_errand).add(household, run_household).add(sleeper, run_sleeper);
    all.add(visitor, run_visitor).add(careless, run_careless).add(painter, run_painter);
    all.add(tallies).add(criers).add(museums);
    return all;
}

/// Starts one of each.
inline void populate(client clients) {
    clients.start({"household"}, household, 5);
    clients.start({"sleeper"}, sleeper);
    clients.start({"visitor"}, visitor);
    clients.start({"careless"}, careless);
    clients.start({"painter"}, painter, std::string(5000, 'p'));
    clients.start({"twin"}, painter, std::string(5000, 'p'));
    clients.raise("visitor", knock, 7);
    clients.signal(tallies["all"], &tally::add, 100);
}

} // namespace town
