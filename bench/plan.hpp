// SPDX-License-Identifier: Apache-2.0
// What all benchmarks have in common: their options, and the shape of a benchmark.
#pragma once

#include "bench/arguments.hpp"

#include <perdure/options.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace perdure::bench {

using figures = nlohmann::ordered_json; ///< What one run found out, by name.

struct plan {
    std::uint64_t in_flight = 100; ///< Operations that are under way at any time.
    double seconds = 5; ///< Measured time, after the warm-up. Infinite if there is a count.
    std::uint64_t count = 0; ///< Operations to measure; 0: as many as end in time.
    double warm_up = 1; ///< Seconds before what is measured.
    std::uint64_t repeats = 1;
    durability durable = durability::power;
    std::filesystem::path hub; ///< Does not exist or is empty; gone afterwards.
    bool as_json = false;
    bool with_histogram = false;
};

/// Runs once. Throws if what ran gave a wrong result: its figures would mean nothing.
using runner = std::function<figures(const plan&)>;

struct benchmark {
    std::string_view name;
    std::string_view usage; ///< Options of its own, a line break, then what it does, indented.
    /// Keeps a number of operations under way, and takes the options for that. Others do one thing
    /// once.
    bool is_loop;
    /// Takes the options of its own.
    runner (*prepare)(arguments& given);
};

/// Takes the common options.
plan take_plan(arguments& given, bool is_loop);
std::string_view to_string(durability durable);

} // namespace perdure::bench
