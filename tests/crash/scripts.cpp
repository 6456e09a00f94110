// SPDX-License-Identifier: Apache-2.0
#include "crash/scripts.hpp"

#include "crash/accounts.hpp"
#include "crash/requests.hpp"
#include "crash/witness.hpp"

#include <chrono>
#include <optional>
#include <thread>

namespace perdure::crash {
namespace {

using namespace std::chrono_literals;
using number = std::uint64_t;
using context = orchestration_context;

constexpr activity<number(number, std::uint32_t, number)> compute{"compute"};
constexpr activity<number(number, std::uint32_t)> dawdle{"dawdle"};
constexpr activity<number(number, std::uint32_t)> fail{"fail"};
constexpr activity<blob(number, std::uint32_t)> keep{"keep"};
constexpr activity<number(number, std::uint32_t, blob)> weigh{"weigh"};
constexpr activity<bytes(number, std::uint32_t)> produce{"produce"};

constexpr transaction<void(purse&, purse&, number, std::int64_t)> payment{"payment"};
constexpr orchestration<number(number)> chains{"chain"};
constexpr orchestration<number(number)> fans{"fan"};
constexpr orchestration<number(number)> trees{"tree"};
constexpr orchestration<number(number, std::uint32_t, std::uint32_t)> branches{"branch"};
constexpr orchestration<number(number)> waits{"timers"};
constexpr orchestration<std::vector<int>(number)> listens{"notes"};
constexpr orchestration<number(number)> moves{"move"};
constexpr orchestration<number(number)> stores{"blobs"};
constexpr orchestration<number(number)> failures{"failing"};
constexpr orchestration<number(number)> failing_children{"failing_child"};
constexpr orchestration<number(number)> tells{"tell"};

/// Notes the run before anything else of it happens.
void begin(number request, std::uint32_t step) {
    auto& runs = witness()->requests[request].runs[step];
    for (std::uint8_t seen = runs; seen != 255;)
        if (runs.compare_exchange_weak(seen, static_cast<std::uint8_t>(seen + 1)))
            break;
    pass(site::activity_begins);
}

number run_compute(number request, std::uint32_t step, number value) {
    begin(request, step);
    const number result = mix(value, step);
    pass(site::activity_ends);
    return result;
}

number run_dawdle(activity_context& ctx, number request, std::uint32_t step) {
    begin(request, step);
    for (int i = 0; i < 3; ++i) {
        if (ctx.stop_token().stop_requested())
            throw interrupted();
        std::this_thread::sleep_for(1ms);
    }
    pass(site::activity_ends);
    return request;
}

number run_fail(number request, std::uint32_t step) {
    begin(request, step);
    throw std::runtime_error("request " + std::to_string(request) + " has to fail");
}

blob run_keep(activity_context& ctx, number request, std::uint32_t step) {
    begin(request, step);
    const blob kept = ctx.put(content_of(request, step));
    pass(site::activity_ends);
    return kept;
}

number run_weigh(activity_context& ctx, number request, std::uint32_t step, blob kept) {
    begin(request, step);
    const auto data = ctx.get(kept);
    pass(site::activity_ends);
    return hash_of(*data);
}

bytes run_produce(number request, std::uint32_t step) {
    begin(request, step);
    return {content_of(request, step)};
}

void pay(purse& from, purse& to, number request, std::int64_t amount) {
    from.take(request, amount);
    to.give(request, amount);
}

task<number> chain(context& ctx, number request) {
    number value = request;
    for (std::uint32_t step = 0; step < width_of(request); ++step) {
        value = co_await ctx.call(compute, request, step, value);
        pass(site::orchestration_runs);
    }
    co_return value;
}

task<number> fan(context& ctx, number request) {
    std::vector<durable<number>> calls;
    for (std::uint32_t step = 0; step < width_of(request); ++step)
        calls.push_back(ctx.call(compute, request, step, request + step));
    const auto values = co_await when_all(std::move(calls));
    pass(site::orchestration_runs);
    number sum = 0;
    for (const number each : values)
        sum += each;
    co_return sum;
}

/// Nodes are numbered as in a heap, and a node's number is its step.
task<number> branch(context& ctx, number request, std::uint32_t node, std::uint32_t depth) {
    if (depth == 0)
        co_return co_await ctx.call(compute, request, node, request);
    auto own = ctx.call(compute, request, node, request);
    auto left = ctx.call(branches, request, 2 * node, depth - 1);
    auto right = ctx.call_as(ctx.instance() + ".r", branches, request, 2 * node + 1, depth - 1);
    const auto [a, b, c] = co_await when_all(std::move(own), std::move(left), std::move(right));
    pass(site::orchestration_runs);
    co_return a + b + c;
}

task<number> tree(context& ctx, number request) {
    const number root = co_await ctx.call(compute, request, 0, request);
    const number all = co_await ctx.call(branches, request, 1, depth_of(request));
    co_return root + all;
}

task<number> wait(context& ctx, number request) {
    const timestamp due = ctx.now() + 1ms * width_of(request);
    co_await ctx.sleep_until(due);
    if (ctx.now() < due)
        throw std::logic_error("a timer fired early");
    const number value = co_await ctx.call(compute, request, 0, request);
    std::vector<durable<void>> same_instant;
    for (int i = 0; i < 3; ++i)
        same_instant.push_back(ctx.sleep_until(due + 5ms));
    co_await when_all(std::move(same_instant));
    auto slow = ctx.call(dawdle, request, 1);
    auto patience = ctx.sleep_for(1ms * width_of(request));
    co_await when_any(slow, patience);
    pass(site::orchestration_runs);
    co_return value; // the other one is given up
}

task<std::vector<int>> listen(context& ctx, number) {
    std::vector<int> heard;
    while (true) {
        const int note = co_await ctx.wait_for(noted);
        pass(site::orchestration_runs);
        if (note == stop_note)
            co_return heard;
        heard.push_back(note);
    }
}

task<number> move(context& ctx, number request) {
    const auto from = purses[purse_from(request)], to = purses[purse_to(request)];
    const auto amount = amount_of(request);
    std::optional<critical_section> guard;
    switch (manner_of(request)) {
    case manner::locked: {
        auto entered = co_await ctx.lock(from, to);
        guard.emplace(std::move(entered));
        [[fallthrough]];
    }
    case manner::called:
        co_await ctx.call(from, &purse::take, request, amount);
        pass(site::orchestration_runs);
        co_await ctx.call(to, &purse::give, request, amount);
        guard.reset();
        break;
    case manner::passed_on:
        co_await ctx.call(from, &purse::pass_on, request, amount, purse_to(request));
        break;
    case manner::transacted:
    case manner::count:
        co_await ctx.transact(payment, from, to, request, amount);
    }
    try {
        co_await ctx.call(from, &purse::spoil);
    } catch (const task_failed&) {
        co_return request;
    }
    throw std::logic_error("an operation that threw has succeeded");
}

task<number> store(context& ctx, number request) {
    const blob named = co_await ctx.call(keep, request, 0);
    const bytes whole = co_await ctx.call(produce, request, 1);
    pass(site::orchestration_runs);
    const number weight = co_await ctx.call(weigh, request, 2, named);
    co_return weight + hash_of(whole.data);
}

task<number> failing_child(context& ctx, number request) {
    co_return co_await ctx.call(fail, request, 1);
}

task<number> failing(context& ctx, number request) {
    number caught = 0;
    try {
        co_await ctx.call(fail, request, 0);
    } catch (const task_failed&) {
        ++caught;
    }
    try {
        co_await ctx.call(failing_children, request);
    } catch (const task_failed&) {
        ++caught;
    }
    pass(site::orchestration_runs);
    if (is_doomed(request))
        throw std::runtime_error("request " + std::to_string(request) + " has to fail");
    co_return caught;
}

task<number> tell(context& ctx, number request) {
    const auto to = listeners[listener_of(request)];
    const std::uint32_t last = last_told(request);
    for (std::uint32_t i = 0; i < last / 2; ++i)
        ctx.signal(to, &listener::hear, request, i);
    co_await ctx.call(compute, request, 0, request);
    for (std::uint32_t i = last / 2; i < last; ++i)
        ctx.signal(to, &listener::hear, request, i);
    co_await ctx.call(to, &listener::hear, request, last);
    co_return request;
}

} // namespace

registry functions() {
    registry all;
    all.add(compute, run_compute).add(dawdle, run_dawdle).add(fail, run_fail);
    all.add(keep, run_keep).add(weigh, run_weigh).add(produce, run_produce);
    all.add(chains, chain).add(fans, fan).add(trees, tree).add(branches, branch);
    all.add(waits, wait).add(listens, listen).add(moves, move).add(stores, store);
    all.add(failures, failing).add(failing_children, failing_child).add(tells, tell);
    all.add(purses).add(listeners).add(ledgers).add(payment, pay);
    return all;
}

std::future<std::string> start(client& to, number request, start_options options) {
    options.instance = instance_of(request);
    options.key = options.instance; // repeated when the answer was lost, and must not run twice
    switch (script_of(request)) {
    case script::chain:
        return to.start_async(std::move(options), chains, request);
    case script::fan:
        return to.start_async(std::move(options), fans, request);
    case script::tree:
        return to.start_async(std::move(options), trees, request);
    case script::timers:
        return to.start_async(std::move(options), waits, request);
    case script::notes:
        return to.start_async(std::move(options), listens, request);
    case script::moving:
        return to.start_async(std::move(options), moves, request);
    case script::blobs:
        return to.start_async(std::move(options), stores, request);
    case script::failing:
        return to.start_async(std::move(options), failures, request);
    case script::telling:
    case script::count:
        break;
    }
    return to.start_async(std::move(options), tells, request);
}

} // namespace perdure::crash
