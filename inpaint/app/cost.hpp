// SPDX-License-Identifier: Apache-2.0
// What this process has used, and what a provider that charges by memory and time would ask for it.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace erase_app {

/// What one erase cost in the application of the talk that this program goes back to.
inline constexpr double talk_dollars = 0.2;

struct cost {
    double cpu_seconds = 0; ///< Of all threads, in the program and in the system for it.
    double seconds = 0; ///< On the clock.
    std::uint64_t peak_bytes = 0; ///< Most memory that was resident at once.
    double dollars_per_gb_second = 0;

    /// The peak for the whole time, in units of 2^30 bytes: an upper bound.
    double gb_seconds() const;
    double dollars() const { return gb_seconds() * dollars_per_gb_second; }
};

/// Of this process until now; earlier processes of a run that was killed are not in it.
cost cost_so_far(double seconds, double dollars_per_gb_second);

nlohmann::ordered_json json_of(const cost& spent);
/// One line for people.
std::string line_of(const cost& spent);

} // namespace erase_app
