// SPDX-License-Identifier: Apache-2.0
// `perdure-bench hello`: how many orchestrations of N chained activities complete per second.
#pragma once

#include "bench/load.hpp"

#include <filesystem>

namespace perdure::bench {

struct hello_settings {
    int activities = 3; ///< Called one after the other.
    load_settings load;
    durability durable = durability::power;
    std::filesystem::path hub; ///< A directory of its own; emptied before and after.
};

load_figures run_hello(const hello_settings& settings);

} // namespace perdure::bench
