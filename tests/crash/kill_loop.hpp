// SPDX-License-Identifier: Apache-2.0
// The parent: starts one life after the other on a directory, ends each with SIGKILL, and looks at
// what is on disk in between.
#pragma once

#include "crash/life.hpp"
#include "crash/oracle.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace perdure::crash {

struct kill_settings {
    std::uint64_t cycles = 100;
    std::uint64_t seconds_max = 0; ///< No new cycle after that; 0: no limit.
    std::uint64_t seed = 0;
    durability durable = durability::power;
    bool must_lie = false;
};

struct kill_figures {
    std::uint64_t cycles = 0; ///< Lives under load.
    std::uint64_t kills = 0; ///< Of them, those that ended by SIGKILL...
    std::uint64_t while_opening = 0; ///< ...before the hub was open,
    std::uint64_t while_closing = 0; ///< ...after it was told to close,
    std::uint64_t at_sites = 0; ///< ...or by their own hand, at a chosen place.
    std::uint64_t sent = 0; ///< Starts and signals.
    std::uint64_t acknowledged = 0;
    std::uint64_t ended = 0; ///< Instances.
    std::uint64_t locked = 0; ///< Of these, transfers with locks...
    std::uint64_t transacted = 0; ///< ...and transfers as one transaction.
    std::uint64_t runs = 0; ///< Of activities; those above 255 of one call are not counted.
    double seconds = 0;
    std::vector<anomaly> anomalies;
    std::filesystem::path kept; ///< The directory, if there are anomalies.
};

/// Stops at the first life with an anomaly.
kill_figures kill_again_and_again(const kill_settings& settings);

} // namespace perdure::crash
