// SPDX-License-Identifier: Apache-2.0
// How long operations took, in a few kilobytes for any number of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace perdure::bench {

/// A histogram with 64 buckets for each power of two of nanoseconds: a percentile is never too
/// small, and at most 1.6 % too large. The greatest one is exact.
class latencies {
  public:
    void add(std::chrono::nanoseconds took);

    std::uint64_t count() const noexcept { return count_; }
    /// The latency that this share of the operations did not exceed; 0 without any.
    double percentile_ms(double share) const;
    double max_ms() const { return static_cast<double>(max_) / 1e6; }
    /// Upper end in milliseconds and count of every bucket that is not empty, in order.
    std::vector<std::pair<double, std::uint64_t>> buckets() const;

  private:
    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::uint64_t max_ = 0;
};

} // namespace perdure::bench
