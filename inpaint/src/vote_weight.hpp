// SPDX-License-Identifier: Apache-2.0
// Weights of votes in integers: exp() and powers from tables that are computed by the compiler in
// integer arithmetic, so no machine rounds differently.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace perdure::inpaint {

namespace detail {

// table[k] = one * (ratio / 2^32)^k + 1.
template <std::size_t Size>
constexpr std::array<std::uint32_t, Size> powers(std::uint32_t one, std::uint64_t ratio) {
    std::array<std::uint32_t, Size> table{};
    std::uint64_t value = std::uint64_t{one} << 32;
    for (std::size_t k = 0; k < Size; ++k) {
        table[k] = static_cast<std::uint32_t>(value >> 32) + 1;
        value = (value >> 32) * ratio + (((value & 0xffffffff) * ratio) >> 32);
    }
    return table;
}

inline constexpr std::uint64_t exp_of_minus_1_32nd = 4162825044; // 2^32 * exp(-1/32)
inline constexpr std::uint64_t one_over_gamma = 3303820997; // 2^32 / 1.3

inline constexpr auto likeness_table = powers<256>(4096, exp_of_minus_1_32nd);
// Of depths, and so of their differences.
inline constexpr auto trust_table = powers<256>(4096, one_over_gamma);
static_assert(trust_table.back() == 1);

} // namespace detail

/// 4096 * exp(-cost / (2 * variance)), at least 1 so that a pixel never has no votes at all.
class likeness {
  public:
    explicit likeness(std::uint32_t variance)
        : variance_(variance), inverse_((std::uint64_t{16} << shift) / variance + 1),
          cost_end_(variance < (1U << 24) ? 16 * variance : 0) {}

    std::uint32_t operator()(std::uint32_t cost) const {
        // To multiply takes a fraction of the time that dividing does. The quotient is too large by
        // at most cost / 2^shift; a step is off by one only if that is 1 / variance or more.
        if (cost < cost_end_)
            return detail::likeness_table[static_cast<std::size_t>(cost * inverse_ >> shift)];
        if (cost / 16 >= variance_)
            return 1; // beyond the table
        return detail::likeness_table[static_cast<std::size_t>(std::uint64_t{cost} * 16 /
                                                               variance_)];
    }

  private:
    static constexpr int shift = 54;

    std::uint32_t variance_;
    std::uint64_t inverse_;
    std::uint32_t cost_end_; // of the costs for which the inverse is exact
};

/// 4096 * 1.3^-depth: patches deep in the hole know less.
inline std::uint32_t trust(std::uint8_t depth) {
    return detail::trust_table[depth];
}

} // namespace perdure::inpaint
