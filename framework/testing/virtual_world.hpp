// SPDX-License-Identifier: Apache-2.0
// Time and chance that belong to a test.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"

#include <atomic>

namespace perdure::testing {

/// A wall clock that stands still until it is told. Thread-safe.
class manual_clock final : public base::clock {
  public:
    explicit manual_clock(timestamp begin = timestamp(std::chrono::hours(24 * 365 * 55)))
        : now_(begin) {}

    timestamp now() override { return now_.load(); }
    void advance(std::chrono::milliseconds by) { now_ = now_.load() + by; }

  private:
    std::atomic<timestamp> now_;
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
