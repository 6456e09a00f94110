// SPDX-License-Identifier: Apache-2.0
// The clocks of the machine: a source of non-determinism, behind an interface so that tests own it.
#pragma once

#include <perdure/ids.hpp>

namespace perdure::base {

/// An instant of a clock that nobody can set.
using mono_time = std::chrono::time_point<std::chrono::steady_clock, std::chrono::milliseconds>;

/// Threads: any.
class clock {
  public:
    virtual ~clock() = default;
    /// Wall time in UTC. May jump either way, or stand still; what the engine sees is the
    /// engine_clock.
    virtual timestamp wall() = 0;
    /// Counts from some beginning of its own and never jumps.
    virtual mono_time mono() = 0;
};

/// The machine's clocks.
clock& system_clock();

/// An instant later by `by`, which is not negative; at most the last one there is.
template <class Clock>
constexpr std::chrono::time_point<Clock, std::chrono::milliseconds>
later(std::chrono::time_point<Clock, std::chrono::milliseconds> from,
      std::chrono::milliseconds by) {
    using instant = decltype(from);
    const bool is_beyond = from > instant{} && by > instant::max() - from;
    return is_beyond ? instant::max() : from + by;
}

} // namespace perdure::base
