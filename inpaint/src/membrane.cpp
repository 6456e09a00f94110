// SPDX-License-Identifier: Apache-2.0
// Multigrid (Brandt 1977) over networks: a coarser unknown stands for those of 2 x 2 cells.
#include "membrane.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace perdure::inpaint {

namespace {

// After so many cycles on the finest grid hardly a value is off by more than one.
constexpr int cycles = 3;
// Constant over four unknowns, a coarse correction is too stiff by about this much.
constexpr float over_correction = 1.7F;
constexpr std::size_t coarsest_size_max = 64;
constexpr int coarsest_sweeps = 40;
constexpr std::uint32_t no_parent = 0xffffffff;

/// The network of 2 x 2 cells each, and which of its unknowns each finer one belongs to.
network coarser(const network& fine, std::vector<std::uint32_t>& parents) {
    network coarse;
    std::vector<std::uint32_t> of_column; // the last unknown there
    for (const point& cell : fine.cells) {
        const point above{static_cast<std::uint16_t>(cell.x / 2),
                          static_cast<std::uint16_t>(cell.y / 2)};
        if (of_column.size() <= above.x)
            of_column.resize(std::size_t{above.x} + 1, no_parent);
        std::uint32_t& parent = of_column[above.x];
        if (parent == no_parent || coarse.cells[parent].y != above.y) {
            parent = static_cast<std::uint32_t>(coarse.size());
            coarse.cells.push_back(above);
        }
        parents.push_back(parent);
    }
    coarse.diagonal.resize(coarse.size());
    coarse.wanted.resize(coarse.size());
    connector links;
    for (std::size_t i = 0; i < fine.size(); ++i) {
        float to_known = fine.diagonal[i];
        for (const network::link& each : fine.links_of(i)) {
            to_known -= each.weight;
            if (each.other > i && parents[i] != parents[each.other])
                links.add(parents[i], parents[each.other], each.weight);
        }
        coarse.diagonal[parents[i]] += to_known;
    }
    links.connect(coarse);
    return coarse;
}

class solver {
  public:
    explicit solver(network finest) {
        scales_.push_back(std::move(finest));
        while (scales_.back().size() > coarsest_size_max) {
            parents_.emplace_back();
            network next = coarser(scales_.back(), parents_.back());
            scales_.push_back(std::move(next));
        }
        for (network& each : scales_)
            each.found.resize(each.size());
    }

    std::vector<light> solve() {
        for (int cycle = 0; cycle < cycles; ++cycle)
            improve(0);
        return std::move(scales_[0].found);
    }

  private:
    void improve(std::size_t scale) {
        network& fine = scales_[scale];
        if (scale + 1 == scales_.size()) {
            for (int i = 0; i < coarsest_sweeps; ++i)
                sweep(fine);
            return;
        }
        sweep(fine);
        hand_up(scale);
        // The finest scale does most of the work, so the others are visited twice as often.
        improve(scale + 1);
        if (scale > 0)
            improve(scale + 1);
        const network& coarse = scales_[scale + 1];
        for (std::size_t i = 0; i < fine.size(); ++i)
            fine.found[i] += times(over_correction, coarse.found[parents_[scale][i]]);
        sweep(fine);
    }

    // Gauss-Seidel.
    static void sweep(network& in) {
        for (std::size_t i = 0; i < in.size(); ++i)
            if (in.diagonal[i] > 0)
                in.found[i] = times(1 / in.diagonal[i], pull_on(in, i));
    }

    static light pull_on(const network& in, std::size_t unknown) {
        light sum = in.wanted[unknown];
        for (const network::link& each : in.links_of(unknown))
            sum += times(each.weight, in.found[each.other]);
        return sum;
    }

    // What is left to be found is what the next scale is asked for.
    void hand_up(std::size_t scale) {
        const network& fine = scales_[scale];
        network& coarse = scales_[scale + 1];
        std::fill(coarse.wanted.begin(), coarse.wanted.end(), light{});
        std::fill(coarse.found.begin(), coarse.found.end(), light{});
        for (std::size_t i = 0; i < fine.size(); ++i) {
            light& wanted = coarse.wanted[parents_[scale][i]];
            wanted += pull_on(fine, i);
            wanted += times(-fine.diagonal[i], fine.found[i]);
        }
    }

    std::vector<network> scales_;
    std::vector<std::vector<std::uint32_t>> parents_;
};

} // namespace

void connector::add(std::uint32_t one, std::uint32_t other, float weight) {
    if (one > other)
        std::swap(one, other);
    // Links of the same two mostly come in a row, or in two that take turns.
    for (std::size_t back = 1; back <= std::min<std::size_t>(2, added_.size()); ++back)
        if (edge& last = added_[added_.size() - back]; last.one == one && last.other == other) {
            last.weight += weight;
            return;
        }
    if (added_.size() == added_.capacity()) {
        merge();
        added_.reserve(std::max(added_.capacity(), 2 * added_.size()));
    }
    added_.push_back({one, other, weight});
}

void connector::merge() {
    std::ranges::sort(added_, {}, [](const edge& each) { return std::pair(each.one, each.other); });
    std::size_t count = 0;
    for (const edge& each : added_) {
        if (count > 0 && added_[count - 1].one == each.one && added_[count - 1].other == each.other)
            added_[count - 1].weight += each.weight;
        else
            added_[count++] = each;
    }
    added_.resize(count);
}

void connector::connect(network& all) {
    merge();
    all.starts.assign(all.size() + 1, 0);
    for (const edge& each : added_) {
        ++all.starts[each.one + 1];
        ++all.starts[each.other + 1];
        all.diagonal[each.one] += each.weight;
        all.diagonal[each.other] += each.weight;
    }
    std::partial_sum(all.starts.begin(), all.starts.end(), all.starts.begin());
    all.links.resize(2 * added_.size());
    std::vector<std::uint32_t> next(all.starts.begin(), all.starts.end() - 1);
    for (const edge& each : added_) {
        all.links[next[each.one]++] = {each.other, each.weight};
        all.links[next[each.other]++] = {each.one, each.weight};
    }
    added_ = std::vector<edge>();
}

std::vector<light> solve(network finest) {
    return solver(std::move(finest)).solve();
}

} // namespace perdure::inpaint
