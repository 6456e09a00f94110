// SPDX-License-Identifier: Apache-2.0
// `perdure-sim enumerate`: cuts the power at every file operation of every script, or fails every
// call of the file system.
#pragma once

#include "sim/command.hpp"
#include "sim/script.hpp"

#include <optional>

namespace perdure::sim {

struct enumeration {
    std::vector<const script*> scripts;
    std::uint64_t seed = 1;
    std::uint64_t seeds = 1; ///< How many, from `seed` on.
    std::optional<std::uint64_t> sample; ///< So many points, drawn from the seed.
    std::uint64_t seconds_max = 0; ///< Begins no attempt after that; 0: no limit.
    bool is_json = false;
    std::size_t threads = 1;

    bool is_nested = false;
    std::optional<std::uint64_t> point; ///< Only this one.
    std::optional<std::uint64_t> then;
    std::optional<testing::outcome> how;

    std::optional<testing::fault> fault;
    bool is_sticky = false; ///< With `fault`: only sticky ones.
};

/// Each prints its figures and gives the exit status.
int enumerate_power_cuts(const enumeration& wanted);
int enumerate_faults(const enumeration& wanted);

command enumerate_command();

/// Leaves `count` of them, drawn from the seed.
template <class T>
void thin_out(std::vector<T>& all, std::size_t count, std::uint64_t seed) {
    base::random_stream random(seed);
    count = std::min(count, all.size());
    for (std::size_t kept = 0; kept < count; ++kept)
        std::swap(all[kept], all[kept + random.draw() % (all.size() - kept)]);
    all.resize(count);
}

} // namespace perdure::sim
