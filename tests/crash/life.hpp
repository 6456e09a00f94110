// SPDX-License-Identifier: Apache-2.0
// The child: one life of a hub, from opening to the kill.
#pragma once

#include "sim/command.hpp"

#include <perdure/options.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace perdure::crash {

struct life_settings {
    std::filesystem::path directory; ///< Holds hub, oracle and log.
    std::uint64_t seed = 0;
    durability durable = durability::power;
    /// Asks for nothing new, waits until all has ended, and closes.
    bool must_settle = false;
    bool must_lie = false;

    std::filesystem::path hub() const { return directory / "Kill"; }
    std::filesystem::path oracle() const { return directory / "oracle"; }
    std::filesystem::path log() const { return directory / "log"; }
};

/// Arguments of perdure-sim that make a process live(), and back.
std::vector<std::string> to_arguments(const life_settings& settings);
life_settings parse_life(sim::arguments& given);
durability parse_durability(const std::string& text);
const char* to_string(durability wanted);

/// Lives until the oracle says that it must close, or is killed before. The exit status.
int live(const life_settings& settings);

} // namespace perdure::crash
