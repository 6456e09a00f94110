// SPDX-License-Identifier: Apache-2.0
// The histogram of latencies.
#include "bench/latencies.hpp"

#include "catch.hpp"

#include <algorithm>
#include <cmath>
#include <random>

using perdure::bench::latencies;
using std::chrono::nanoseconds;

TEST_CASE("a percentile is never too small, and at most 1.6 % too large") {
    std::mt19937_64 random(1);
    std::vector<double> exact_ms;
    latencies seen;
    for (int i = 0; i < 20'000; ++i) {
        const auto value = static_cast<std::int64_t>(random() >> (random() % 60 + 4)) + 1;
        exact_ms.push_back(static_cast<double>(value) / 1e6);
        seen.add(nanoseconds(value));
    }
    std::sort(exact_ms.begin(), exact_ms.end());

    const auto error_of = [&](double share) {
        const auto rank = static_cast<std::size_t>(std::ceil(share * 20'000)) - 1;
        return seen.percentile_ms(share) / exact_ms[rank] - 1;
    };
    for (const double share : {0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
        CHECK(error_of(share) >= 0);
        CHECK(error_of(share) <= 0.016);
    }
    CHECK(seen.max_ms() == exact_ms.back());
}

TEST_CASE("small numbers are exact") {
    latencies seen;
    for (int i = 1; i <= 100; ++i)
        seen.add(nanoseconds(i));

    CHECK(seen.percentile_ms(0.5) == Approx(50e-6));
    CHECK(seen.percentile_ms(0.99) == Approx(99e-6));
}

TEST_CASE("without latencies every percentile is zero") {
    CHECK(latencies().percentile_ms(0.5) == 0);
    CHECK(latencies().max_ms() == 0);
}

TEST_CASE("the buckets hold every latency once, in order") {
    latencies seen;
    for (const int each : {5, 1'000'000, 5, 2'000'000'000})
        seen.add(nanoseconds(each));

    const auto buckets = seen.buckets();
    REQUIRE(buckets.size() == 3);
    CHECK(buckets[0] == std::pair(5e-6, std::uint64_t{2}));
    CHECK(buckets[1].first >= 1);
    CHECK(buckets[2].first >= 2000);
}
