// SPDX-License-Identifier: Apache-2.0
// Pattern "monitor": looks again and again until a condition holds or time is up. Look at the
// timers: between two looks nothing runs, the instance leaves memory, and a restart loses no time.
#pragma once

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <chrono>
#include <string>

namespace patterns {

inline constexpr std::chrono::minutes weather_period{30};
inline constexpr std::chrono::hours weather_patience{6};

/// Tells a person as soon as the sky over a place is clear. Gives whether it cleared up in time.
inline constexpr perdure::orchestration<bool(std::string, std::string)> watch_weather{
    "watch_weather"};

void register_monitor(perdure::registry& functions);

} // namespace patterns
