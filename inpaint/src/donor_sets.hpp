// SPDX-License-Identifier: Apache-2.0
// Turns any number of donors into source sets: one id per distinct combination of donors that
// actually occurs in the hole, at a cost that grows with the number of donors, not of combinations.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

struct donor_sets {
    std::vector<std::uint16_t> set_of_hole_pixel; // row by row; 0 = no donor; empty without donors
    std::vector<source_set> areas; // outer area of set 1, 2, ...
};

/// `hole` is the markup reduced to level `index`.
donor_sets make_donor_sets(const mask& markup, std::span<const mask> donors, const mask& hole,
                           int index);

} // namespace perdure::inpaint
