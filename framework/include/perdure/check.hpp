// SPDX-License-Identifier: Apache-2.0
// Checking a task hub that is at rest: reads every row, changes nothing.
#pragma once

#include <perdure/registry.hpp>
#include <perdure/status.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace perdure {

/// One thing that is wrong.
struct check_problem {
    std::string table; ///< Where, such as `history`.
    std::string key; ///< Which row, in readable form; empty: the table as a whole.
    std::string what; ///< What is wrong with it.

    friend bool operator==(const check_problem&, const check_problem&) = default;
};

/// What a check has seen.
struct check_report {
    std::vector<check_problem> problems; ///< The first ones, see check_options::problems_max.
    std::uint64_t problem_count = 0; ///< All of them.

    std::map<runtime_status, std::uint64_t> instances;
    std::uint64_t steps = 0; ///< Rows of histories.
    std::uint64_t events = 0; ///< What they hold.
    std::uint64_t replayed = 0; ///< Instances whose history was replayed with the functions given.
    std::uint64_t entities = 0;
    std::uint64_t messages = 0; ///< On their way between instances and entities.
    std::uint64_t timers = 0; ///< Open ones.
    std::uint64_t active = 0; ///< Instances that recovery has to look at.
    std::uint64_t blobs = 0;
    std::uint64_t blob_bytes = 0;
    std::uint64_t rows = 0; ///< Of all tables.
    std::uint64_t bytes = 0; ///< Of their keys and values.

    bool is_sound() const noexcept { return problem_count == 0; }
};

struct check_options {
    /// Problems kept in the report; more are only counted.
    std::size_t problems_max = 1000;

    /// With functions: replay also what has ended. Off: only what opening the hub may replay.
    bool replay_finished = true;
};

/// Checks the hub in `directory`: the checksums of its files, every row by itself, and everything
/// that must hold between rows. Reads only, so the directory may be read-only; keeps openers out
/// meanwhile. Damage ends up in the report, also damage that keeps the hub from being opened.
///
/// Throws error: hub_locked if the hub is open, hub_format if there is none, storage if it can't be
/// read.
check_report check_hub(const std::filesystem::path& directory, check_options options = {});

/// The same, and replays the histories with `functions`: whether new code fits what is stored can
/// be known before it is deployed. What the code asks for is compared, and not carried out.
check_report check_hub(const std::filesystem::path& directory, const registry& functions,
                       check_options options = {});

} // namespace perdure
