// SPDX-License-Identifier: Apache-2.0
// Every processor of the family has SSE2. Rows are taken in an order in which unlike patches show
// early.
#include "distance_kernels.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

namespace perdure::inpaint {

namespace {

// Sums of absolute differences squared, four lanes of 32 bits.
__m128i add_squares(__m128i sum, __m128i difference) {
    const __m128i zero = _mm_setzero_si128();
    const __m128i low = _mm_unpacklo_epi8(difference, zero);
    const __m128i high = _mm_unpackhi_epi8(difference, zero);
    return _mm_add_epi32(sum, _mm_add_epi32(_mm_madd_epi16(low, low), _mm_madd_epi16(high, high)));
}

__m128i load4(const sample* samples) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(samples));
}

__m128i difference4(const sample* a, const sample* b) {
    const __m128i left = load4(a);
    const __m128i right = load4(b);
    return _mm_or_si128(_mm_subs_epu8(left, right), _mm_subs_epu8(right, left));
}

__m128i add_row(__m128i sum, const sample* a, const sample* b) {
    const __m128i inside = _mm_setr_epi32(-1, -1, -1, 0);
    sum = add_squares(sum, difference4(a, b));
    return add_squares(sum, _mm_and_si128(inside, difference4(a + 4, b + 4)));
}

std::uint32_t total(__m128i sum) {
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
    return static_cast<std::uint32_t>(_mm_cvtsi128_si32(sum));
}

std::uint32_t whole_sse2(const sample* a, const sample* b, std::size_t stride_a,
                         std::size_t stride_b, std::uint32_t limit) {
    __m128i sum = _mm_setzero_si128();
    sum = add_row(sum, a, b);
    sum = add_row(sum, a + 3 * stride_a, b + 3 * stride_b);
    if (const std::uint32_t early = total(sum); early >= limit)
        return early;
    sum = add_row(sum, a + 6 * stride_a, b + 6 * stride_b);
    sum = add_row(sum, a + stride_a, b + stride_b);
    if (const std::uint32_t early = total(sum); early >= limit)
        return early;
    sum = add_row(sum, a + 2 * stride_a, b + 2 * stride_b);
    sum = add_row(sum, a + 4 * stride_a, b + 4 * stride_b);
    sum = add_row(sum, a + 5 * stride_a, b + 5 * stride_b);
    return total(sum);
}

std::uint32_t masked_sse2(const sample* a, const sample* b, const sample* mask,
                          std::size_t stride_a, std::size_t stride_b, std::uint32_t limit) {
    const __m128i inside = _mm_setr_epi32(-1, -1, -1, 0);
    __m128i sum = _mm_setzero_si128();
    for (int row = 0; row < patch_side; ++row) {
        sum = add_squares(sum, _mm_and_si128(load4(mask), difference4(a, b)));
        const __m128i kept = _mm_and_si128(inside, load4(mask + 4));
        sum = add_squares(sum, _mm_and_si128(kept, difference4(a + 4, b + 4)));
        if (row == 3 && total(sum) >= limit)
            break;
        a += stride_a;
        b += stride_b;
        mask += stride_a;
    }
    return total(sum);
}

void squares_sse2(const sample* a, const sample* b, std::uint32_t* squares) {
    const __m128i zero = _mm_setzero_si128();
    for (std::size_t x = 0; x < kernels::column_count; x += 4) {
        const __m128i difference = difference4(a + x, b + x);
        const __m128i low = _mm_unpacklo_epi8(difference, zero);
        const __m128i high = _mm_unpackhi_epi8(difference, zero);
        const __m128 of_low = _mm_castsi128_ps(_mm_madd_epi16(low, low));
        const __m128 of_high = _mm_castsi128_ps(_mm_madd_epi16(high, high));
        const __m128i firsts = _mm_castps_si128(_mm_shuffle_ps(of_low, of_high, 0x88));
        const __m128i seconds = _mm_castps_si128(_mm_shuffle_ps(of_low, of_high, 0xdd));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(squares + x), _mm_add_epi32(firsts, seconds));
    }
}

} // namespace

distance_kernel sse2_kernel() {
    return {"sse2", whole_sse2, masked_sse2, kernels::first_below<whole_sse2, masked_sse2>,
            kernels::slide<squares_sse2>};
}

} // namespace perdure::inpaint

#endif
