// SPDX-License-Identifier: Apache-2.0
// Nodes of a grid divided in two, the taken and the left ones, at the least cost. Of all cheapest
// divisions it is the one that takes the fewest nodes: there is only one such, so it does not
// depend on the algorithm that finds it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace perdure::inpaint {

/// Which nodes are neighbours. Any number of cuts may use it, also at the same time.
class cut_grid {
  public:
    static constexpr std::uint32_t none = 0xffffffff;

    /// The next node to the right and the next one below, or none.
    struct neighbours {
        std::uint32_t right = none;
        std::uint32_t below = none;
    };

    explicit cut_grid(std::span<const neighbours> nodes);
    ~cut_grid();

    const neighbours& of(std::uint32_t node) const;

  private:
    friend class minimum_cut;
    class edges;
    std::unique_ptr<const edges> edges_;
};

class minimum_cut {
  public:
    enum class side : std::uint8_t { right, below };

    /// The grid must live as long as this. Nothing costs anything.
    explicit minimum_cut(const cut_grid& grid);
    ~minimum_cut();

    /// Nothing costs anything.
    void clear();
    /// To leave the node costs so much more, to take it so much less when this is negative. All
    /// costs that a node has part in must be less than 2^31 together.
    void add_cost_of_leaving(std::uint32_t node, std::int64_t cost);
    /// What a node and its neighbour cost together: both left, only the neighbour taken, or only
    /// the node; less than nothing is possible. Both taken cost nothing. Where both left cost more
    /// than the other two together, one of these counts for more. Once for each pair.
    void add_pair(std::uint32_t node, side where, std::int64_t both_left,
                  std::int64_t neighbour_taken, std::int64_t node_taken);

    void solve();
    bool is_taken(std::uint32_t node) const;

  private:
    class flow;
    std::unique_ptr<flow> flow_;
};

} // namespace perdure::inpaint
