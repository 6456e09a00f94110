// SPDX-License-Identifier: Apache-2.0
// What became of a batch, for people and for programs.
#pragma once

#include "inpaint/app/cost.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace erase_app {

struct batch_result {
    enum class state_type { skipped, erased, failed };

    std::string photo; ///< Its name in the folder.
    state_type state = state_type::skipped;
    double seconds = 0; ///< From its begin to its end, others being done meanwhile.
    std::uint64_t energy = 0; ///< In thousandths.
    int level_count = 0;
    int iteration_count = 0;
    std::string sha256; ///< Of the written file.
    std::string problem; ///< Why it failed or was skipped.
};

struct batch_report {
    std::vector<batch_result> results;
    std::string instance;
    std::uint64_t activity_count = 0; ///< Run by this process.
    std::uint64_t committed_bytes = 0; ///< By this process.
    cost spent;

    std::size_t count(batch_result::state_type state) const;
};

/// {"pictures": [{"photo", "result": "erased", "failed" or "skipped", "seconds", "energy",
/// "levels",
///  "iterations", "sha256", "problem"}], "erased", "failed", "skipped", "seconds", "instance",
///  "activities", "bytes_committed", "cost"}; of one that was not erased only photo, result and
/// problem are there.
std::string json_of(const batch_report& report);
/// A line per picture and one for all.
std::string table_of(const batch_report& report);
/// One picture, as its line while the batch runs.
std::string line_of(const batch_result& result);

} // namespace erase_app
