// SPDX-License-Identifier: Apache-2.0
// Disjoint sets, whose roots are the first targets.
#include "hole_parts.hpp"

#include <algorithm>
#include <numeric>

namespace perdure::inpaint {

hole_parts::hole_parts(const level& where) : above_(where.targets().size()) {
    std::iota(above_.begin(), above_.end(), 0U);
    const auto targets = where.targets();
    const auto rows = where.target_rows();
    for (std::size_t y = 0; y + 1 < rows.size(); ++y) {
        std::uint32_t up = y > 0 ? rows[y - 1] : rows[y];
        for (std::uint32_t i = rows[y]; i < rows[y + 1]; ++i) {
            if (i > rows[y] && targets[i - 1].x + 1 == targets[i].x)
                connect(i - 1, i);
            while (up < rows[y] && targets[up].x < targets[i].x)
                ++up;
            if (up < rows[y] && targets[up].x == targets[i].x)
                connect(up, i);
        }
    }
}

std::uint32_t hole_parts::of(std::uint32_t target) {
    while (above_[target] != target) {
        above_[target] = above_[above_[target]];
        target = above_[target];
    }
    return target;
}

std::vector<std::vector<std::uint32_t>>
hole_parts::targets_of(std::span<const std::uint32_t> parts) {
    std::vector<std::vector<std::uint32_t>> targets(parts.size());
    for (std::uint32_t i = 0; i < above_.size(); ++i)
        if (const auto found = std::ranges::lower_bound(parts, of(i));
            found != parts.end() && *found == of(i))
            targets[static_cast<std::size_t>(found - parts.begin())].push_back(i);
    return targets;
}

void hole_parts::connect(std::uint32_t one, std::uint32_t other) {
    one = of(one);
    other = of(other);
    above_[std::max(one, other)] = std::min(one, other);
}

} // namespace perdure::inpaint
