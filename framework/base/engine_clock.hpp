// SPDX-License-Identifier: Apache-2.0
// The time in a task hub: UTC that never goes back, whatever happens to the wall clock.
//
//   the wall clock is ahead (it always is, until somebody sets it back): it is followed at once
//   the wall clock is behind: time goes on at half the monotonic rate until the wall has caught up
//
// So a sleep takes at most twice as long as it should, and nobody ever sees time go back.
#pragma once

#include "base/clock.hpp"

#include <mutex>

namespace perdure::base {

/// Threads: any; all of them see one order of instants.
class engine_clock {
  public:
    /// Begins at wall time, but neither before `not_before` nor before 1970.
    engine_clock(clock& outside, timestamp not_before);

    timestamp now();
    mono_time mono() { return outside_->mono(); }
    /// How long it takes until `due`, if the wall clock runs on from where it is.
    std::chrono::milliseconds until(timestamp due);
    std::chrono::milliseconds ahead_of_wall();

  private:
    timestamp wall();

    clock* outside_;
    std::mutex mutex_;
    timestamp time_;
    mono_time seen_; ///< Up to where the monotonic time is accounted for in time_.
};

} // namespace perdure::base
