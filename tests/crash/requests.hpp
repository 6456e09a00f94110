// SPDX-License-Identifier: Apache-2.0
// Request number n decides all about instance r<n>, so that its outcome is known without running
// it. Pure functions.
#pragma once

#include <perdure/status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace perdure::crash {

enum class script : std::uint8_t {
    chain, ///< Activities one after the other.
    fan, ///< Activities at once.
    tree, ///< Children of children.
    timers, ///< Timers, some at the same instant, some lost to an activity.
    notes, ///< Listens to numbered events until told to stop.
    moving, ///< Takes from one entity and gives to another, in four ways.
    blobs, ///< Large values, named and unnamed.
    failing, ///< Activities, children and itself.
    telling, ///< Sends an entity numbered signals.
    count
};

script script_of(std::uint64_t request);
std::string instance_of(std::uint64_t request);

/// Scrambles two numbers into one; equal on every machine.
std::uint64_t mix(std::uint64_t a, std::uint64_t b);
std::uint64_t hash_of(std::string_view bytes);
/// Of the result or the failure that an instance ended with.
std::uint64_t hash_of_end(const instance_status& ended);

/// The value the instance ends with; nothing if it ends as failed. Not for script::notes.
std::optional<std::uint64_t> expected_result(std::uint64_t request);
/// How many steps, from 0 on, a finished instance must have run.
std::uint32_t step_count(std::uint64_t request);

/// Of a chain and a fan: how many calls. Of timers: how many milliseconds.
std::uint32_t width_of(std::uint64_t request);
/// Of a tree, below its first branch.
std::uint32_t depth_of(std::uint64_t request);
/// Of blobs: bytes whose size straddles what is kept in line.
std::string content_of(std::uint64_t request, std::uint32_t step);
/// Whether a failing instance fails in the end.
bool is_doomed(std::uint64_t request);

inline constexpr std::uint32_t notes_max = 4;
/// A listener is told to stop once all its notes are sent; this bit says that it was.
inline constexpr std::uint32_t stop_bit = 1u << notes_max;
/// How many notes a listener is sent before it is told to stop.
std::uint32_t note_count(std::uint64_t request);

/// How a moving instance moves what it moves.
enum class manner : std::uint8_t {
    locked, ///< Two calls, with both purses locked.
    called, ///< Two calls.
    passed_on, ///< A call to the one, which signals the other.
    transacted, ///< As one transaction.
    count
};
manner manner_of(std::uint64_t request);

inline constexpr std::uint64_t purse_count = 5;
std::string purse_from(std::uint64_t request);
std::string purse_to(std::uint64_t request);
std::int64_t amount_of(std::uint64_t request);

inline constexpr std::uint64_t listener_count = 3;
std::string listener_of(std::uint64_t request);
/// A teller counts from 0 to this.
std::uint32_t last_told(std::uint64_t request);

} // namespace perdure::crash
