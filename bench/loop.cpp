// SPDX-License-Identifier: Apache-2.0
#include "bench/loop.hpp"

#include <limits>

namespace perdure::bench {
namespace {

/// Nothing if the instance completed with that output.
std::string what_is_wrong(const instance_status& seen, const std::string& expected) {
    const std::string who = "instance " + seen.instance + " of '" + seen.name + "' ";
    if (seen.held)
        return who + "is held: " + *seen.held;
    if (seen.failed)
        return who + "failed: " + seen.failed->message;
    if (seen.status != runtime_status::completed)
        return who + "is " + to_string(seen.status);
    if (seen.output.data != expected)
        return who + "gave " + seen.output.data.substr(0, 80) + " instead of " +
               expected.substr(0, 80);
    return {};
}

} // namespace

void loop::fill(std::uint64_t total) {
    while (begun_ < total && begun_ - ended_ < in_flight_)
        begin(begun_++);
}

latencies loop::run(double seconds, std::uint64_t count) {
    latencies seen;
    const auto begin = steady::now();
    for (std::uint64_t here = 0; seconds_since(begin) < seconds && (count == 0 || here < count);) {
        fill(std::numeric_limits<std::uint64_t>::max());
        const std::uint64_t some = wait_some(seen);
        ended_ += some;
        here += some;
    }
    return seen;
}

void loop::complete(std::uint64_t total) {
    latencies ignored;
    while (ended_ < total) {
        fill(total);
        ended_ += wait_some(ignored);
    }
}

void loop::drain() {
    complete(begun_);
}

void orchestration_loop::begin(std::uint64_t number) {
    start_options options;
    std::string expected = expected_(number);
    options.on_finished = [told = told_, expected = std::move(expected),
                           begin = steady::now()](const instance_status& seen) {
        outcome one{steady::now() - begin, what_is_wrong(seen, expected)};
        const std::scoped_lock lock(told->mutex);
        told->outcomes.push_back(std::move(one));
        told->arrived.notify_one();
    };
    // The end is on disk before it is told, and the start before the end: no need to wait for it.
    start_(number, std::move(options));
}

std::uint64_t orchestration_loop::wait_some(latencies& seen) {
    std::unique_lock lock(told_->mutex);
    auto& outcomes = told_->outcomes;
    if (!told_->arrived.wait_for(lock, patience, [&] { return !outcomes.empty(); }))
        throw std::runtime_error("no orchestration has finished for " +
                                 std::to_string(patience.count()) + " s");
    for (const outcome& each : outcomes) {
        require(each.wrong.empty(), each.wrong);
        seen.add(each.took);
    }
    const std::uint64_t some = outcomes.size();
    outcomes.clear();
    return some;
}

figures measure(task_hub& hub, loop& load, const plan& wanted) {
    load.run(wanted.warm_up, 0);
    const meter spent(hub, wanted);
    const latencies seen = load.run(wanted.seconds, wanted.count);
    figures found = spent.read(seen.count());
    add_latencies(found, seen, wanted);
    load.drain();
    return found;
}

} // namespace perdure::bench
