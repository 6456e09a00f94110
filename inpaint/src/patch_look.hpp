// SPDX-License-Identifier: Apache-2.0
// What a patch looks like in a few numbers, to tell unlike patches apart without comparing them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// A patch's projections on eight patterns of length one that are orthogonal to each other: its
/// light, where that lies (to the sides, up or down, across, in its middle column or row), and two
/// colours.
using patch_look = std::array<std::int16_t, 8>;

/// `corner` is the patch's top left sample; its rows are `stride` samples apart.
patch_look look_of(const sample* corner, std::size_t stride);

/// But for rounding, no more than the squared distance of the patches.
inline std::uint32_t distance_of_looks(const patch_look& one, const patch_look& other) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
        const int difference = one[i] - other[i];
        sum += difference * difference;
    }
    return static_cast<std::uint32_t>(sum);
}

} // namespace perdure::inpaint
