// SPDX-License-Identifier: Apache-2.0
// By the flow of Boykov and Kolmogorov (PAMI 2004), as Boost has it. Taken nodes are those that the
// source can still reach.
#include "minimum_cut.hpp"

#include <algorithm>
#include <array>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <utility>
#include <vector>

namespace perdure::inpaint {

class cut_grid::edges {
  public:
    using graph =
        boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                           boost::no_property, std::uint32_t, std::uint32_t>;
    using edge = boost::graph_traits<graph>::edge_descriptor;

    struct vertex {
        neighbours next;
        std::uint32_t to_right = 0, to_below = 0, to_sink = 0, from_source = 0; // edges
    };

    explicit edges(std::span<const neighbours> nodes)
        : source_(static_cast<std::uint32_t>(nodes.size())), sink_(source_ + 1),
          nodes_(nodes.size()) {
        connect(nodes);
    }

    const graph& all() const { return graph_; }
    std::uint32_t source() const { return source_; } // and the number of nodes
    std::uint32_t sink() const { return sink_; }
    const vertex& at(std::uint32_t node) const { return nodes_[node]; }
    const std::vector<edge>& backwards() const { return backwards_; }

  private:
    // Edges lie in the order of the nodes that they begin at. Each has one that leads back.
    void connect(std::span<const neighbours> nodes) {
        enum way { left, above, right, below, to_source, to_sink, way_count };
        std::vector<std::array<std::uint32_t, way_count>> ends(nodes.size());
        for (auto& each : ends)
            each.fill(none);
        for (std::uint32_t i = 0; i < source_; ++i) {
            nodes_[i].next = nodes[i];
            ends[i][right] = nodes[i].right;
            ends[i][below] = nodes[i].below;
            ends[i][to_source] = source_;
            ends[i][to_sink] = sink_;
            if (nodes[i].right != none)
                ends[nodes[i].right][left] = i;
            if (nodes[i].below != none)
                ends[nodes[i].below][above] = i;
        }
        std::vector<std::pair<std::uint32_t, std::uint32_t>> found;
        std::vector<std::array<std::uint32_t, way_count>> places(nodes.size());
        for (std::uint32_t i = 0; i < source_; ++i)
            for (int each = 0; each < way_count; ++each)
                if (ends[i][each] != none) {
                    places[i][each] = static_cast<std::uint32_t>(found.size());
                    found.emplace_back(i, ends[i][each]);
                }
        const auto first_from_source = static_cast<std::uint32_t>(found.size());
        for (std::uint32_t i = 0; i < source_; ++i)
            found.emplace_back(source_, i);
        for (std::uint32_t i = 0; i < source_; ++i)
            found.emplace_back(sink_, i);
        graph_ = graph(boost::edges_are_sorted, found.begin(), found.end(), sink_ + 1);
        backwards_.resize(found.size());
        const auto pair = [&](std::uint32_t one, std::uint32_t other) {
            backwards_[one] = edge(found[other].first, other);
            backwards_[other] = edge(found[one].first, one);
        };
        for (std::uint32_t i = 0; i < source_; ++i) {
            vertex& here = nodes_[i];
            if (here.next.right != none)
                pair(here.to_right = places[i][right], places[here.next.right][left]);
            if (here.next.below != none)
                pair(here.to_below = places[i][below], places[here.next.below][above]);
            pair(here.from_source = first_from_source + i, places[i][to_source]);
            pair(here.to_sink = places[i][to_sink], first_from_source + source_ + i);
        }
    }

    std::uint32_t source_;
    std::uint32_t sink_;
    graph graph_;
    std::vector<vertex> nodes_;
    std::vector<edge> backwards_;
};

cut_grid::cut_grid(std::span<const neighbours> nodes)
    : edges_(std::make_unique<const edges>(nodes)) {}
cut_grid::~cut_grid() = default;

const cut_grid::neighbours& cut_grid::of(std::uint32_t node) const {
    return edges_->at(node).next;
}

class minimum_cut::flow {
  public:
    explicit flow(const cut_grid::edges& grid)
        : grid_(grid), gains_(grid.source()), capacities_(grid.backwards().size()),
          residues_(grid.backwards().size()), colours_(grid.sink() + 1),
          distances_(grid.sink() + 1), edges_before_(grid.sink() + 1) {}

    void clear() {
        std::ranges::fill(capacities_, 0);
        std::ranges::fill(gains_, 0);
    }

    void add_gain(std::uint32_t node, std::int64_t gain) { gains_[node] += gain; }

    void add_pair(std::uint32_t first, side where, std::int64_t both_left, std::int64_t next_taken,
                  std::int64_t first_taken) {
        const auto& here = grid_.at(first);
        const bool is_right = where == side::right;
        const std::uint32_t next = is_right ? here.next.right : here.next.below;
        const std::uint32_t forth = is_right ? here.to_right : here.to_below;
        const std::int64_t half = both_left / 2;
        gains_[first] += half;
        gains_[next] += both_left - half;
        next_taken -= half;
        first_taken -= both_left - half;
        // An edge cannot have less than no capacity: what is too much goes to the other one.
        const std::int64_t moved =
            next_taken < 0 ? next_taken : std::max<std::int64_t>(0, -first_taken);
        next_taken -= moved;
        first_taken += moved;
        gains_[first] += moved;
        gains_[next] -= moved;
        capacities_[forth] = capacity_of(first_taken);
        capacities_[grid_.backwards()[forth].idx] = capacity_of(next_taken);
    }

    void solve() {
        bool is_anything_gained = false;
        for (std::uint32_t i = 0; i < grid_.source(); ++i) {
            capacities_[grid_.at(i).from_source] = capacity_of(gains_[i]);
            capacities_[grid_.at(i).to_sink] = capacity_of(-gains_[i]);
            is_anything_gained = is_anything_gained || gains_[i] > 0;
        }
        std::ranges::fill(colours_, boost::default_color_type{});
        if (is_anything_gained)
            run();
    }

    bool is_taken(std::uint32_t node) const { return colours_[node] == boost::black_color; }

  private:
    // Half the memory of what costs are added up in. Unsigned, because the algorithm adds up the
    // flow of all nodes, too, which may be more than fits, and which nobody looks at.
    using capacity = std::uint32_t;

    static capacity capacity_of(std::int64_t cost) {
        return static_cast<capacity>(std::max<std::int64_t>(0, cost));
    }

    void run() {
        const auto of_edges = boost::get(boost::edge_index, grid_.all());
        const auto of_vertices = boost::get(boost::vertex_index, grid_.all());
        const auto in = [](auto& values, const auto& index) {
            return boost::make_iterator_property_map(values.begin(), index);
        };
        boost::boykov_kolmogorov_max_flow(grid_.all(), in(capacities_, of_edges),
                                          in(residues_, of_edges), in(grid_.backwards(), of_edges),
                                          in(edges_before_, of_vertices), in(colours_, of_vertices),
                                          in(distances_, of_vertices), of_vertices, grid_.source(),
                                          grid_.sink());
    }

    const cut_grid::edges& grid_;
    std::vector<std::int64_t> gains_; // from taking a node
    std::vector<capacity> capacities_;
    // What the algorithm works on.
    std::vector<capacity> residues_;
    std::vector<boost::default_color_type> colours_;
    std::vector<std::int32_t> distances_;
    std::vector<cut_grid::edges::edge> edges_before_;
};

minimum_cut::minimum_cut(const cut_grid& grid) : flow_(std::make_unique<flow>(*grid.edges_)) {}
minimum_cut::~minimum_cut() = default;

void minimum_cut::clear() {
    flow_->clear();
}

void minimum_cut::add_cost_of_leaving(std::uint32_t node, std::int64_t cost) {
    flow_->add_gain(node, cost);
}

void minimum_cut::add_pair(std::uint32_t node, side where, std::int64_t both_left,
                           std::int64_t neighbour_taken, std::int64_t node_taken) {
    flow_->add_pair(node, where, both_left, neighbour_taken, node_taken);
}

void minimum_cut::solve() {
    flow_->solve();
}

bool minimum_cut::is_taken(std::uint32_t node) const {
    return flow_->is_taken(node);
}

} // namespace perdure::inpaint
