// SPDX-License-Identifier: Apache-2.0
// Sum of squared differences of two 7 x 7 patches over all four channels, in integers. The SSE2
// path (every x86-64 has it) and the portable path give the same numbers.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

#if defined(__SSE2__)

namespace detail {

inline __m128i add_squares(__m128i sum, __m128i difference) {
    const __m128i zero = _mm_setzero_si128();
    const __m128i low = _mm_unpacklo_epi8(difference, zero);
    const __m128i high = _mm_unpackhi_epi8(difference, zero);
    return _mm_add_epi32(sum, _mm_add_epi32(_mm_madd_epi16(low, low), _mm_madd_epi16(high, high)));
}

inline __m128i load(const sample* samples) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(samples));
}

inline __m128i absolute_difference(const sample* a, const sample* b) {
    const __m128i left = load(a);
    const __m128i right = load(b);
    return _mm_or_si128(_mm_subs_epu8(left, right), _mm_subs_epu8(right, left));
}

// Eight samples are loaded, the eighth lies outside the patch.
inline __m128i add_row(__m128i sum, const sample* a, const sample* b) {
    const __m128i inside = _mm_setr_epi32(-1, -1, -1, 0);
    sum = add_squares(sum, absolute_difference(a, b));
    return add_squares(sum, _mm_and_si128(inside, absolute_difference(a + 4, b + 4)));
}

inline std::uint32_t total(__m128i sum) {
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
    return static_cast<std::uint32_t>(_mm_cvtsi128_si32(sum));
}

inline __m128i add_masked(__m128i sum, const sample* a, const sample* b, __m128i kept) {
    return add_squares(sum, _mm_and_si128(kept, absolute_difference(a, b)));
}

} // namespace detail

/// `a` and `b` point at the top left samples of the patches. May stop as soon as the sum reaches
/// `limit`; any result of at least `limit` only says "not less".
inline std::uint32_t patch_distance(const sample* a, const sample* b, std::size_t stride_a,
                                    std::size_t stride_b, std::uint32_t limit) {
    __m128i sum = _mm_setzero_si128();
    sum = detail::add_row(sum, a, b);
    sum = detail::add_row(sum, a + 3 * stride_a, b + 3 * stride_b);
    if (const std::uint32_t early = detail::total(sum); early >= limit)
        return early;
    sum = detail::add_row(sum, a + 6 * stride_a, b + 6 * stride_b);
    sum = detail::add_row(sum, a + stride_a, b + stride_b);
    if (const std::uint32_t early = detail::total(sum); early >= limit)
        return early;
    sum = detail::add_row(sum, a + 2 * stride_a, b + 2 * stride_b);
    sum = detail::add_row(sum, a + 4 * stride_a, b + 4 * stride_b);
    sum = detail::add_row(sum, a + 5 * stride_a, b + 5 * stride_b);
    return detail::total(sum);
}

/// As patch_distance, but counts only pixels whose `mask` sample is all ones (others are all zero);
/// mask has a's stride.
inline std::uint32_t masked_distance(const sample* a, const sample* b, const sample* mask,
                                     std::size_t stride_a, std::size_t stride_b,
                                     std::uint32_t limit) {
    const __m128i inside = _mm_setr_epi32(-1, -1, -1, 0);
    __m128i sum = _mm_setzero_si128();
    for (int row = 0; row < patch_side; ++row) {
        sum = detail::add_masked(sum, a, b, detail::load(mask));
        sum = detail::add_masked(sum, a + 4, b + 4, _mm_and_si128(inside, detail::load(mask + 4)));
        if (row == 3 && detail::total(sum) >= limit)
            break;
        a += stride_a;
        b += stride_b;
        mask += stride_a;
    }
    return detail::total(sum);
}

#else

namespace detail {

inline std::uint32_t squared(int left, int right) {
    return static_cast<std::uint32_t>((left - right) * (left - right));
}

inline std::uint32_t squared(const sample& a, const sample& b) {
    return squared(a.red, b.red) + squared(a.green, b.green) + squared(a.blue, b.blue) +
           squared(a.texture, b.texture);
}

} // namespace detail

inline std::uint32_t patch_distance(const sample* a, const sample* b, std::size_t stride_a,
                                    std::size_t stride_b, std::uint32_t limit) {
    std::uint32_t sum = 0;
    for (int row = 0; row < patch_side && sum < limit; ++row, a += stride_a, b += stride_b)
        for (int x = 0; x < patch_side; ++x)
            sum += detail::squared(a[x], b[x]);
    return sum;
}

inline std::uint32_t masked_distance(const sample* a, const sample* b, const sample* mask,
                                     std::size_t stride_a, std::size_t stride_b,
                                     std::uint32_t limit) {
    std::uint32_t sum = 0;
    for (int row = 0; row < patch_side && sum < limit; ++row) {
        for (int x = 0; x < patch_side; ++x)
            sum += mask[x].red != 0 ? detail::squared(a[x], b[x]) : 0;
        a += stride_a;
        b += stride_b;
        mask += stride_a;
    }
    return sum;
}

#endif

} // namespace perdure::inpaint
