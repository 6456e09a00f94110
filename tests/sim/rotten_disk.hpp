// SPDX-License-Identifier: Apache-2.0
// One flipped bit: a disk that a story has left, with one synced bit that is another one now, and
// what a new life says about it.
#pragma once

#include "sim/crash_points.hpp"

#include <string>
#include <string_view>

namespace perdure::sim {

/// A story that leaves rows of every table, in tables and blob files and in the log only.
const script& mixed_script();

/// What became of a flipped bit.
enum class fate {
    refused, ///< The hub was not opened.
    reported, ///< Whoever depends on it was told; everything else is as it should be.
    harmless, ///< Nobody lost anything.
};
const char* name_of(fate became) noexcept;

struct verdict {
    fate became;
    errc code{}; ///< Of the refusal, or the first report.
};

/// Flips the bit, opens the hub, and plays the story to its end. Throws violation if something
/// acknowledged is missing or different and nobody said so, or if a refused hub is not as it was
/// once the bit has flipped back.
verdict examine(const wreck& left, std::uint64_t seed, const std::string& file, std::uint64_t bit,
                const undisturbed& expected);

} // namespace perdure::sim
