// SPDX-License-Identifier: Apache-2.0
// Time and chance that belong to a test.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"

#include <atomic>

namespace perdure::testing {

/// Clocks that stand still until they are told. Reading is thread-safe.
class manual_clock final : public base::clock {
  public:
    explicit manual_clock(timestamp begin = timestamp(std::chrono::hours(24 * 365 * 55)))
        : wall_(begin) {}

    timestamp wall() override { return wall_.load(); }
    base::mono_time mono() override { return mono_.load(); }

    /// Time passes, by no negative amount.
    void advance(std::chrono::milliseconds by) {
        mono_ = base::later(mono(), by);
        if (!is_wall_frozen)
            wall_ = base::later(wall(), by);
    }
    /// The wall clock jumps, and no time passes.
    void set_wall(timestamp to) { wall_ = to; }

    bool is_wall_frozen = false; ///< It does not notice that time passes.

  private:
    std::atomic<timestamp> wall_;
    std::atomic<base::mono_time> mono_{base::mono_time{}};
};

/// Reproducible "entropy". One thread at a time.
class seeded_entropy final : public base::entropy {
  public:
    explicit seeded_entropy(std::uint64_t seed) : stream_(seed) {}
    std::uint64_t draw() override { return stream_.draw(); }

  private:
    base::random_stream stream_;
};

} // namespace perdure::testing
