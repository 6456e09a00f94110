// SPDX-License-Identifier: Apache-2.0
// The division of a grid in two, against all others.
#include <bit>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "inpaint/src/minimum_cut.hpp"

using namespace perdure::inpaint;

namespace {

constexpr std::uint32_t width = 3, height = 3, node_count = width * height;

struct pair_costs {
    std::uint32_t first, next;
    std::int64_t both_left, next_taken, first_taken;
};

struct grid {
    std::vector<std::int64_t> of_leaving;
    std::vector<pair_costs> of_pairs;

    // Bit i of `taken` stands for node i.
    std::int64_t cost(std::uint32_t taken) const {
        std::int64_t sum = 0;
        const auto is_taken = [&](std::uint32_t node) { return (taken >> node & 1) != 0; };
        for (std::uint32_t i = 0; i < node_count; ++i)
            sum += is_taken(i) ? 0 : of_leaving[i];
        for (const pair_costs& each : of_pairs) {
            if (is_taken(each.first))
                sum += is_taken(each.next) ? 0 : each.first_taken;
            else
                sum += is_taken(each.next) ? each.next_taken : each.both_left;
        }
        return sum;
    }
};

std::vector<cut_grid::neighbours> neighbours() {
    std::vector<cut_grid::neighbours> all(node_count);
    for (std::uint32_t i = 0; i < node_count; ++i) {
        if (i % width + 1 < width)
            all[i].right = i + 1;
        if (i + width < node_count)
            all[i].below = i + width;
    }
    return all;
}

std::uint32_t solve(const grid& costs, minimum_cut& cut) {
    cut.clear();
    for (std::uint32_t i = 0; i < node_count; ++i)
        cut.add_cost_of_leaving(i, costs.of_leaving[i]);
    for (const pair_costs& each : costs.of_pairs)
        cut.add_pair(each.first,
                     each.next == each.first + 1 ? minimum_cut::side::right
                                                 : minimum_cut::side::below,
                     each.both_left, each.next_taken, each.first_taken);
    cut.solve();
    std::uint32_t taken = 0;
    for (std::uint32_t i = 0; i < node_count; ++i)
        taken |= cut.is_taken(i) ? 1U << i : 0;
    return taken;
}

/// Small numbers, so that many divisions cost the same. Both left never cost more than the other
/// two together.
grid drawn_grid(std::mt19937& random) {
    const auto draw = [&](int least, int most) {
        return std::uniform_int_distribution<std::int64_t>(least, most)(random);
    };
    grid drawn;
    for (std::uint32_t i = 0; i < node_count; ++i)
        drawn.of_leaving.push_back(draw(-6, 6));
    const auto all = neighbours();
    for (std::uint32_t i = 0; i < node_count; ++i)
        for (const std::uint32_t next : {all[i].right, all[i].below})
            if (next != cut_grid::none) {
                const std::int64_t one = draw(0, 5);
                const std::int64_t other = draw(one < 2 ? 0 : -2, 5);
                drawn.of_pairs.push_back(
                    {i, next, draw(0, static_cast<int>(one + other)), one, other});
            }
    return drawn;
}

} // namespace

TEST_CASE("a minimum cut costs the least of all and takes the fewest nodes of these") {
    std::mt19937 random(1);
    const cut_grid nodes(neighbours());
    minimum_cut cut(nodes);
    for (int round = 0; round < 200; ++round) {
        const grid costs = drawn_grid(random);
        std::uint32_t best = 0;
        for (std::uint32_t taken = 1; taken < (1U << node_count); ++taken)
            if (costs.cost(taken) < costs.cost(best) ||
                (costs.cost(taken) == costs.cost(best) &&
                 std::popcount(taken) < std::popcount(best)))
                best = taken;

        CHECK(solve(costs, cut) == best);
    }
}

TEST_CASE("neighbours that cost much apart go together, the way that costs less for both") {
    const cut_grid nodes(std::vector<cut_grid::neighbours>{{1, cut_grid::none}, {}});
    minimum_cut cut(nodes);
    const auto [gain, are_taken] =
        GENERATE(std::pair(3, false), std::pair(4, false), std::pair(5, true));
    cut.add_cost_of_leaving(0, gain);
    cut.add_cost_of_leaving(1, -4);
    cut.add_pair(0, minimum_cut::side::right, 0, 9, 9);

    cut.solve();

    CHECK(cut.is_taken(0) == are_taken);
    CHECK(cut.is_taken(1) == are_taken);
}

TEST_CASE("a pair that is too dear together makes one of its halves dearer, and nothing else") {
    const cut_grid nodes(std::vector<cut_grid::neighbours>{{1, cut_grid::none}, {}});
    minimum_cut cut(nodes);
    // 20 for both left, with 1 for only the next one and 2 for only the first one taken.
    cut.add_cost_of_leaving(0, -1);
    cut.add_cost_of_leaving(1, -1);
    cut.add_pair(0, minimum_cut::side::right, 20, 1, 2);
    cut.solve();

    CHECK(cut.is_taken(1));
    CHECK_FALSE(cut.is_taken(0));
}
