// SPDX-License-Identifier: Apache-2.0
// A membrane: values that are 0 at its rim and otherwise change as little as they can, except for
// the steps that are asked for between some of them. Everything is added up in one fixed order, so
// the floating point numbers are the same on every machine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

// Red, green and blue, and a fourth value that makes it as wide as a vector register.
using light = std::array<float, 4>;

inline light& operator+=(light& sum, const light& other) {
    for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] += other[i];
    return sum;
}

inline light times(float factor, const light& each) {
    light product;
    for (std::size_t i = 0; i < product.size(); ++i)
        product[i] = factor * each[i];
    return product;
}

/// Unknowns and what they are connected with.
struct network {
    struct link {
        std::uint32_t other;
        float weight;
    };

    std::vector<point> cells; // where each unknown lies, row by row
    std::vector<std::uint32_t> starts; // of the links of each, and the end
    std::vector<link> links;
    std::vector<float> diagonal; // sum of the weights, those to the rim included
    std::vector<light> wanted; // sum of the steps towards each, less those away from it
    std::vector<light> found; // by solve()

    std::size_t size() const { return cells.size(); }
    std::span<const link> links_of(std::size_t unknown) const {
        return std::span(links).subspan(starts[unknown], starts[unknown + 1] - starts[unknown]);
    }
};

/// Collects the links of a network; several between the same two become one.
class connector {
  public:
    void add(std::uint32_t one, std::uint32_t other, float weight);
    /// Gives the links to `all`, and their weights to its diagonal. Nothing is left to be given.
    void connect(network& all);

  private:
    struct edge {
        std::uint32_t one, other;
        float weight;
    };

    void merge();

    std::vector<edge> added_;
};

/// The values with the least sum of weight * (difference - step)^2 over all links, about to one
/// grey level. `finest` says how much each unknown is linked to the rim and has its steps.
std::vector<light> solve(network finest);

} // namespace perdure::inpaint
