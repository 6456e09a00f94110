// SPDX-License-Identifier: Apache-2.0
// `perdure-bench bank`: how many transfers between accounts complete per second, each an
// orchestration of its own. The sum of all accounts is checked at the end.
#pragma once

#include "bench/load.hpp"

#include <filesystem>

namespace perdure::bench {

struct bank_settings {
    bool as_transaction = false; ///< Otherwise with locks.
    int accounts = 1000;
    load_settings load;
    durability durable = durability::power;
    std::filesystem::path hub; ///< A directory of its own; emptied before and after.
};

/// Throws std::runtime_error if money was made or lost, or an account stays locked.
load_figures run_bank(const bank_settings& settings);

} // namespace perdure::bench
