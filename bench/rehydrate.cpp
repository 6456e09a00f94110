// SPDX-License-Identifier: Apache-2.0
// How long does it take to bring a dormant orchestration with a long history back into memory?
#include "bench/benchmarks.hpp"
#include "bench/loop.hpp"

#include <perdure/perdure.hpp>

#include <algorithm>
#include <thread>

namespace perdure::bench {
namespace {

inline constexpr activity<std::int64_t(std::int64_t)> give_back{"give_back"};
inline constexpr event<std::int64_t> last_one{"LastOne"};
inline constexpr orchestration<std::int64_t(std::int64_t, std::int64_t)> add_long{"add_long"};

/// Ten activities at a time.
task<std::int64_t> add_some(orchestration_context& ctx, std::int64_t from, std::int64_t to) {
    std::int64_t sum = 0;
    while (from < to) {
        std::vector<durable<std::int64_t>> some;
        for (int i = 0; i < 10 && from < to; ++i, ++from)
            some.push_back(ctx.call(give_back, from));
        for (const std::int64_t each : co_await when_all(std::move(some)))
            sum += each;
    }
    co_return sum;
}

/// All of them, then an event.
task<std::int64_t> add_many(orchestration_context& ctx, std::int64_t activities,
                            std::int64_t per_scope) {
    std::int64_t sum = 0;
    for (std::int64_t from = 0; per_scope != 0 && from < activities; from += per_scope)
        sum += co_await ctx.scope("some", add_some, from, std::min(from + per_scope, activities));
    if (per_scope == 0)
        sum = co_await add_some(ctx, 0, activities);
    ctx.set_status(true);
    co_return sum + co_await ctx.wait_for(last_one);
}

void await_history(task_hub& hub, const std::string& id) {
    const auto begin = steady::now();
    while (hub.client().status(id)->custom_status.data != "true") {
        if (std::chrono::seconds(static_cast<long>(seconds_since(begin))) > patience)
            throw std::runtime_error("the history did not get ready in time");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

figures run(std::int64_t events, std::int64_t per_scope, const plan& wanted) {
    registry functions;
    functions.add(give_back, [](std::int64_t n) { return n; }).add(add_long, add_many);
    scratch_hub hub(wanted, functions);

    const std::int64_t activities = std::max<std::int64_t>(1, events / 2);
    const std::string id = hub->client().start(add_long, activities, per_scope);
    await_history(*hub, id);
    hub.reopen();
    const auto history = hub->client().history(id).size();
    require(hub->metrics().live_orchestrations == 0, "the instance is not dormant");

    const meter spent(*hub, wanted);
    const auto begin = steady::now();
    hub->client().raise_async(id, last_one, std::int64_t{7});
    const std::int64_t sum = hub->client().wait(add_long, id, patience);
    const double took = milliseconds_since(begin);
    require(sum == activities * (activities - 1) / 2 + 7, "the sum is another one after replay");
    figures found{{"history_events", history}, {"rehydrate_and_end_ms", took}};
    found.update(spent.read(1));
    require(found["replays"] == 1, "it was not replayed once");
    return found;
}

runner prepare(arguments& given) {
    const auto events = static_cast<std::int64_t>(given.number("--events", 1000, 2, 10'000'000));
    const auto per_scope = static_cast<std::int64_t>(given.number("--scope", 0, 0, 10'000'000));
    return [events, per_scope](const plan& wanted) { return run(events, per_scope, wanted); };
}

} // namespace

const benchmark rehydrate_benchmark{
    "rehydrate",
    "[--events N] [--scope M]\n"
    "    An orchestration with a history of about N (1000) events is dormant. How long does an\n"
    "    external event take that wakes it: until its history is replayed and its end on disk?\n"
    "    With M, the same work was done in scopes of M activities.",
    false, prepare};

} // namespace perdure::bench
