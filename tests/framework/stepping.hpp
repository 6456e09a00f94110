// SPDX-License-Identifier: Apache-2.0
// What tests need that run a computer step by step and look at its disk in between.
#pragma once

#include "check/rows_check.hpp"
#include "testing/computer.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace perdure::tests {

/// All values but small ones are kept out of line.
inline testing::machine_options with_blobs(std::uint64_t seed = 0) {
    testing::machine_options wanted;
    wanted.seed = seed;
    wanted.hub.inline_payload_max = 100;
    return wanted;
}

/// Gives false if there was nothing left to do.
inline bool run_steps(testing::computer& machine, std::size_t steps) {
    for (std::size_t i = 0; i < steps; ++i)
        if (!machine.run_one_job())
            return false;
    return true;
}

/// What the program `perdure check` would say.
inline std::string problems(testing::computer& machine, bool must_replay = true) {
    std::string text;
    const auto report = check::check_rows(machine.rows, must_replay ? &machine.functions : nullptr);
    for (const auto& each : report.problems)
        text += each.table + ' ' + each.key + ": " + each.what + '\n';
    return text;
}

} // namespace perdure::tests
