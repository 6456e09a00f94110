// SPDX-License-Identifier: Apache-2.0
#include "bench/plan.hpp"

#include <unistd.h>

#include <limits>
#include <string>

namespace perdure::bench {
namespace {

durability parse_durability(const std::string& word) {
    return word == "power"     ? durability::power
           : word == "process" ? durability::process
                               : durability::speculative;
}

/// What is in the directory is not ours to delete.
std::filesystem::path checked(std::filesystem::path hub) {
    std::error_code failed;
    const bool is_free =
        !std::filesystem::exists(hub, failed) || std::filesystem::is_empty(hub, failed);
    if (!is_free || failed)
        throw wrong_usage("--hub takes a directory that does not exist or is empty, not '" +
                          hub.string() + "'");
    return hub;
}

} // namespace

plan take_plan(arguments& given, bool is_loop) {
    plan taken;
    if (is_loop) {
        taken.in_flight = given.number("--in-flight", taken.in_flight, 1, 1'000'000);
        const auto count = given.number("--count", 0, 1);
        const auto seconds = given.seconds("--seconds", -1, 0.01);
        if (count != 0 && seconds >= 0)
            throw wrong_usage("give --seconds or --count, not both");
        taken.count = count;
        if (count != 0)
            taken.seconds = std::numeric_limits<double>::infinity();
        else if (seconds >= 0)
            taken.seconds = seconds;
        taken.warm_up = given.seconds("--warm-up", taken.warm_up, 0);
    }
    taken.repeats = given.number("--repeats", 1, 1, 1000);
    taken.durable =
        parse_durability(given.choice("--durability", {"power", "process", "speculative"}));
    taken.hub =
        checked(given.text("--hub").value_or("perdure-bench-" + std::to_string(::getpid())));
    taken.as_json = given.flag("--json");
    taken.with_histogram = given.flag("--histogram");
    return taken;
}

std::string_view to_string(durability durable) {
    return durable == durability::power     ? "power"
           : durable == durability::process ? "process"
                                            : "speculative";
}

} // namespace perdure::bench
