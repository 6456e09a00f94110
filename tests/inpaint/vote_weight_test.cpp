// SPDX-License-Identifier: Apache-2.0
// Weights of votes: what is multiplied instead of divided gives the same.
#include "inpaint/src/vote_weight.hpp"

#include <cstdint>

#include "catch.hpp"
#include "inpaint/src/random.hpp"

using namespace perdure::inpaint;

namespace {

std::uint32_t defined(std::uint64_t cost, std::uint64_t variance) {
    const std::uint64_t steps = cost * 16 / variance;
    return cost / 16 >= variance ? 1 : detail::likeness_table[steps];
}

} // namespace

TEST_CASE("the likeness is what dividing by the variance gives") {
    random_stream random(1);
    const int bits = GENERATE(range(1, 29));
    int wrong_count = 0;
    for (int i = 0; i < 2000; ++i) {
        const std::uint32_t variance = (1U << bits) + random.below(1U << bits);
        const likeness alike(variance);
        // Where a step of the table begins.
        const auto edge = static_cast<std::uint32_t>(
            (random.below(256) + 1) * std::uint64_t{variance} / 16 & 0x7fffffff);
        for (const std::uint32_t cost : {edge, edge + 1, edge + random.below(16)})
            wrong_count += alike(cost) == defined(cost, variance) ? 0 : 1;
        wrong_count += alike(0x7fffffff) == defined(0x7fffffff, variance) ? 0 : 1;
    }

    CHECK(wrong_count == 0);
}

TEST_CASE("trust falls with the depth and never ends") {
    CHECK(trust(0) == 4097);
    CHECK(trust(1) > trust(2));
    CHECK(trust(31) == 2);
    CHECK(trust(32) == 1);
    CHECK(trust(255) == 1);
}
