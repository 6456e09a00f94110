// SPDX-License-Identifier: Apache-2.0
// The kernels of patch_distance.hpp, each in a file of its own, and what those that have no better
// way share. Each is compiled for its own instruction set, whatever the rest is compiled for, and
// is called only where the processor says that it has that set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>

#include "patch_distance.hpp"

namespace perdure::inpaint {

distance_kernel portable_kernel();
#if defined(__x86_64__)
distance_kernel sse2_kernel();
distance_kernel avx2_kernel();
#endif

namespace kernels {

template <auto Whole, auto Masked>
std::size_t first_below(patch_view wanted, const sample* mask, const patch_offers& offers,
                        std::uint32_t& limit) {
    for (std::size_t i = 0; i < offers.corners.size(); ++i) {
        const sample* offered = offers.samples + offers.corners[i];
        const std::uint32_t distance =
            mask == nullptr
                ? Whole(wanted.corner, offered, wanted.stride, offers.stride, limit)
                : Masked(wanted.corner, offered, mask, wanted.stride, offers.stride, limit);
        if (distance < limit) {
            limit = distance;
            return i;
        }
    }
    return offers.corners.size();
}

// As many as the patches of a strip cover, and two more.
constexpr std::size_t column_count = 2 * distance_kernel::lanes;

template <auto Squares>
void slide(const strip& targets) {
    constexpr std::size_t lanes = distance_kernel::lanes;
    std::uint32_t squares[patch_side][column_count] = {}; // of the rows of the window
    std::uint32_t columns[column_count] = {}; // their sums
    for (std::size_t row = 0; row < targets.row_count + patch_side - 1; ++row) {
        std::uint32_t* const moved = squares[row % patch_side];
        for (std::size_t x = 0; x < column_count; ++x)
            columns[x] -= moved[x];
        Squares(targets.wanted + row * targets.stride, targets.offered + row * targets.stride,
                moved);
        for (std::size_t x = 0; x < column_count; ++x)
            columns[x] += moved[x];
        if (row + 1 < patch_side)
            continue;
        const std::size_t first = (row + 1 - patch_side) * targets.stride;
        for (std::size_t x = 0; x < lanes; ++x) {
            const std::uint32_t sum = std::accumulate(columns + x, columns + x + patch_side, 0U);
            if (targets.is_allowed[first + x] != 0 && sum < targets.least[first + x]) {
                targets.least[first + x] = sum;
                targets.ways[first + x] = targets.way;
            }
        }
    }
}

} // namespace kernels

} // namespace perdure::inpaint
