// SPDX-License-Identifier: Apache-2.0
#include "bench/latencies.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace perdure::bench {
namespace {

// Up to 127 a bucket holds one number; above, a number's upper seven bits choose it.
constexpr int kept_bits = 7;
constexpr std::uint64_t per_doubling = std::uint64_t{1} << (kept_bits - 1);

std::size_t bucket_of(std::uint64_t value) {
    const int dropped = std::max(0, static_cast<int>(std::bit_width(value)) - kept_bits);
    return static_cast<std::size_t>(static_cast<std::uint64_t>(dropped) * per_doubling +
                                    (value >> dropped));
}

/// The greatest value of a bucket.
std::uint64_t end_of(std::size_t bucket) {
    if (bucket < 2 * per_doubling)
        return bucket;
    const std::uint64_t dropped = bucket / per_doubling - 1;
    const std::uint64_t kept = bucket - dropped * per_doubling;
    return ((kept + 1) << dropped) - 1;
}

double milliseconds(std::uint64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / 1e6;
}

} // namespace

void latencies::add(std::chrono::nanoseconds took) {
    const auto value =
        static_cast<std::uint64_t>(std::max(took, std::chrono::nanoseconds::zero()).count());
    const std::size_t bucket = bucket_of(value);
    if (bucket >= counts_.size())
        counts_.resize(bucket + 1);
    ++counts_[bucket];
    ++count_;
    max_ = std::max(max_, value);
}

double latencies::percentile_ms(double share) const {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        seen += counts_[i];
        if (counts_[i] != 0 && seen >= wanted)
            return milliseconds(std::min(end_of(i), max_));
    }
    return 0;
}

std::vector<std::pair<double, std::uint64_t>> latencies::buckets() const {
    std::vector<std::pair<double, std::uint64_t>> filled;
    for (std::size_t i = 0; i < counts_.size(); ++i)
        if (counts_[i] != 0)
            filled.emplace_back(milliseconds(end_of(i)), counts_[i]);
    return filled;
}

} // namespace perdure::bench
