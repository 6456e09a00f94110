// SPDX-License-Identifier: Apache-2.0
#include "distance_kernels.hpp"

namespace perdure::inpaint {

namespace {

std::uint32_t squared(int left, int right) {
    return static_cast<std::uint32_t>((left - right) * (left - right));
}

std::uint32_t squared(const sample& a, const sample& b) {
    return squared(a.red, b.red) + squared(a.green, b.green) + squared(a.blue, b.blue) +
           squared(a.texture, b.texture);
}

sample masked(const sample& value, const sample& mask) {
    return {static_cast<std::uint8_t>(value.red & mask.red),
            static_cast<std::uint8_t>(value.green & mask.green),
            static_cast<std::uint8_t>(value.blue & mask.blue),
            static_cast<std::uint8_t>(value.texture & mask.texture)};
}

std::uint32_t whole_portable(const sample* a, const sample* b, std::size_t stride_a,
                             std::size_t stride_b, std::uint32_t limit) {
    std::uint32_t sum = 0;
    for (int row = 0; row < patch_side && sum < limit; ++row, a += stride_a, b += stride_b)
        for (int x = 0; x < patch_side; ++x)
            sum += squared(a[x], b[x]);
    return sum;
}

std::uint32_t masked_portable(const sample* a, const sample* b, const sample* mask,
                              std::size_t stride_a, std::size_t stride_b, std::uint32_t limit) {
    std::uint32_t sum = 0;
    for (int row = 0; row < patch_side && sum < limit; ++row) {
        for (int x = 0; x < patch_side; ++x)
            sum += squared(masked(a[x], mask[x]), masked(b[x], mask[x]));
        a += stride_a;
        b += stride_b;
        mask += stride_a;
    }
    return sum;
}

void squares_portable(const sample* a, const sample* b, std::uint32_t* squares) {
    for (std::size_t x = 0; x < kernels::column_count; ++x)
        squares[x] = squared(a[x], b[x]);
}

} // namespace

distance_kernel portable_kernel() {
    return {"portable", whole_portable, masked_portable,
            kernels::first_below<whole_portable, masked_portable>,
            kernels::slide<squares_portable>};
}

} // namespace perdure::inpaint
