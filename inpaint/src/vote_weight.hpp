// SPDX-License-Identifier: Apache-2.0
// Weights of votes in integers: exp() and powers from tables that are computed by the compiler in
// integer arithmetic, so no machine rounds differently.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace perdure::inpaint {

namespace detail {

// table[k] = one * (ratio / 2^32)^k.
template <std::size_t Size>
constexpr std::array<std::uint32_t, Size> powers(std::uint32_t one, std::uint64_t ratio) {
    std::array<std::uint32_t, Size> table{};
    std::uint64_t value = std::uint64_t{one} << 32;
    for (std::size_t k = 0; k < Size; ++k) {
        table[k] = static_cast<std::uint32_t>(value >> 32);
        value = (value >> 32) * ratio + (((value & 0xffffffff) * ratio) >> 32);
    }
    return table;
}

inline constexpr std::uint64_t exp_of_minus_1_32nd = 4162825044; // 2^32 * exp(-1/32)
inline constexpr std::uint64_t one_over_gamma = 3303820997; // 2^32 / 1.3

inline constexpr auto likeness_table = powers<256>(4096, exp_of_minus_1_32nd);
inline constexpr auto trust_table = powers<32>(4096, one_over_gamma);

} // namespace detail

/// 4096 * exp(-cost / (2 * variance)), at least 1 so that a pixel never has no votes at all.
inline std::uint32_t likeness(std::uint32_t cost, std::uint32_t variance) {
    static_assert(detail::likeness_table.size() == 256);
    if (cost / 16 >= variance)
        return 1; // beyond the table
    // Dividing 32 bits takes half the time, and variances are hardly ever large.
    const bool is_small = variance < (1U << 24);
    const std::uint64_t steps =
        is_small ? cost * 16 / variance : std::uint64_t{cost} * 16 / variance;
    return detail::likeness_table[static_cast<std::size_t>(steps)] + 1;
}

/// 4096 * 1.3^-depth: patches deep in the hole know less.
inline std::uint32_t trust(std::uint32_t depth) {
    return depth < detail::trust_table.size() ? detail::trust_table[depth] + 1 : 1;
}

} // namespace perdure::inpaint
