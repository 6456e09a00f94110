// SPDX-License-Identifier: Apache-2.0
// A patch row is 256 bits, so processors with AVX-512 use this kernel, too. Rows are taken in an
// order in which unlike patches show early.
#include "distance_kernels.hpp"

#if defined(__x86_64__)

#include <algorithm>
#include <bit>
#include <initializer_list>
#include <utility>

#include <immintrin.h>

#define PERDURE_INPAINT_AVX2 __attribute__((target("avx2")))

namespace perdure::inpaint {

namespace {

PERDURE_INPAINT_AVX2 inline __m256i load8(const sample* samples) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(samples));
}

PERDURE_INPAINT_AVX2 inline __m256i add_row(__m256i sum, const sample* a, const sample* b,
                                            __m256i kept) {
    const __m256i zero = _mm256_setzero_si256();
    const __m256i left = load8(a);
    const __m256i right = load8(b);
    const __m256i difference = _mm256_and_si256(
        kept, _mm256_or_si256(_mm256_subs_epu8(left, right), _mm256_subs_epu8(right, left)));
    const __m256i low = _mm256_unpacklo_epi8(difference, zero);
    const __m256i high = _mm256_unpackhi_epi8(difference, zero);
    return _mm256_add_epi32(
        sum, _mm256_add_epi32(_mm256_madd_epi16(low, low), _mm256_madd_epi16(high, high)));
}

PERDURE_INPAINT_AVX2 inline std::uint32_t total(__m256i sum) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
    return static_cast<std::uint32_t>(_mm_cvtsi128_si32(half));
}

PERDURE_INPAINT_AVX2 inline __m256i first_seven() {
    return _mm256_setr_epi32(-1, -1, -1, -1, -1, -1, -1, 0);
}

PERDURE_INPAINT_AVX2 std::uint32_t whole_avx2(const sample* a, const sample* b,
                                              std::size_t stride_a, std::size_t stride_b,
                                              std::uint32_t limit) {
    const __m256i inside = first_seven();
    __m256i sum = _mm256_setzero_si256();
    sum = add_row(sum, a, b, inside);
    sum = add_row(sum, a + 3 * stride_a, b + 3 * stride_b, inside);
    if (const std::uint32_t early = total(sum); early >= limit)
        return early;
    sum = add_row(sum, a + 6 * stride_a, b + 6 * stride_b, inside);
    sum = add_row(sum, a + stride_a, b + stride_b, inside);
    if (const std::uint32_t early = total(sum); early >= limit)
        return early;
    sum = add_row(sum, a + 2 * stride_a, b + 2 * stride_b, inside);
    sum = add_row(sum, a + 4 * stride_a, b + 4 * stride_b, inside);
    sum = add_row(sum, a + 5 * stride_a, b + 5 * stride_b, inside);
    return total(sum);
}

PERDURE_INPAINT_AVX2 std::uint32_t masked_avx2(const sample* a, const sample* b, const sample* mask,
                                               std::size_t stride_a, std::size_t stride_b,
                                               std::uint32_t limit) {
    const __m256i inside = first_seven();
    __m256i sum = _mm256_setzero_si256();
    for (int row = 0; row < patch_side; ++row) {
        sum = add_row(sum, a, b, _mm256_and_si256(inside, load8(mask)));
        if (row == 3 && total(sum) >= limit)
            break;
        a += stride_a;
        b += stride_b;
        mask += stride_a;
    }
    return total(sum);
}

/// What is known of a distance so far. The squares of the eighth sample of a row are at the end of
/// `high` and are left out when all rows are there.
struct squares8 {
    __m256i low, high;
};

template <bool IsMasked>
PERDURE_INPAINT_AVX2 inline void add_row(squares8& sums, const sample* a, const sample* b,
                                         [[maybe_unused]] const sample* mask) {
    const __m256i zero = _mm256_setzero_si256();
    const __m256i left = load8(a);
    const __m256i right = load8(b);
    __m256i difference =
        _mm256_or_si256(_mm256_subs_epu8(left, right), _mm256_subs_epu8(right, left));
    if constexpr (IsMasked)
        difference = _mm256_and_si256(difference, load8(mask));
    const __m256i low = _mm256_unpacklo_epi8(difference, zero);
    const __m256i high = _mm256_unpackhi_epi8(difference, zero);
    sums.low = _mm256_add_epi32(sums.low, _mm256_madd_epi16(low, low));
    sums.high = _mm256_add_epi32(sums.high, _mm256_madd_epi16(high, high));
}

template <bool IsMasked>
PERDURE_INPAINT_AVX2 inline __m256i add_rows(__m256i sum, patch_view a, patch_view b,
                                             const sample* mask,
                                             std::initializer_list<std::size_t> rows) {
    const __m256i inside = _mm256_setr_epi32(-1, -1, -1, -1, -1, -1, 0, 0);
    squares8 sums{sum, _mm256_setzero_si256()};
    for (const std::size_t row : rows)
        add_row<IsMasked>(sums, a.corner + row * a.stride, b.corner + row * b.stride,
                          IsMasked ? mask + row * a.stride : nullptr);
    return _mm256_add_epi32(sums.low, _mm256_and_si256(inside, sums.high));
}

PERDURE_INPAINT_AVX2 inline __m128i totals(__m256i a, __m256i b, __m256i c, __m256i d) {
    const __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    return _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
}

// Two rows of four patches at once: which of them can be given up can't be predicted for each.
template <bool IsMasked>
PERDURE_INPAINT_AVX2 std::size_t first_below_avx2(patch_view wanted, const sample* mask,
                                                  const patch_offers& offers,
                                                  std::uint32_t& limit) {
    constexpr std::size_t at_once = 4;
    const std::size_t count = offers.corners.size();
    const __m128i limits = _mm_set1_epi32(static_cast<int>(limit));
    for (std::size_t first = 0; first < count; first += at_once) {
        __m256i sums[at_once];
        patch_view offered[at_once];
        for (std::size_t i = 0; i < at_once; ++i) {
            offered[i] = {offers.samples + offers.corners[std::min(first + i, count - 1)],
                          offers.stride};
            sums[i] = add_rows<IsMasked>(_mm256_setzero_si256(), wanted, offered[i], mask, {1, 5});
        }
        const __m128i is_below =
            _mm_cmpgt_epi32(limits, totals(sums[0], sums[1], sums[2], sums[3]));
        auto left = static_cast<unsigned>(_mm_movemask_ps(_mm_castsi128_ps(is_below)));
        if (count - first < at_once)
            left &= (1U << (count - first)) - 1;
        for (; left != 0; left &= left - 1) {
            const auto i = static_cast<std::size_t>(std::countr_zero(left));
            const std::uint32_t distance =
                total(add_rows<IsMasked>(sums[i], wanted, offered[i], mask, {0, 2, 3, 4, 6}));
            if (distance < limit) {
                limit = distance;
                return first + i;
            }
        }
    }
    return count;
}

PERDURE_INPAINT_AVX2 std::size_t first_below_avx2(patch_view wanted, const sample* mask,
                                                  const patch_offers& offers,
                                                  std::uint32_t& limit) {
    return mask == nullptr ? first_below_avx2<false>(wanted, mask, offers, limit)
                           : first_below_avx2<true>(wanted, mask, offers, limit);
}

PERDURE_INPAINT_AVX2 inline __m256i load8(const std::uint32_t* values) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values));
}

PERDURE_INPAINT_AVX2 inline void store8(std::uint32_t* out, __m256i values) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), values);
}

// One row of a window enters, and one leaves.
PERDURE_INPAINT_AVX2 inline __m256i slide_columns(__m256i columns, __m256i& row, const sample* a,
                                                  const sample* b) {
    squares8 squares{_mm256_setzero_si256(), _mm256_setzero_si256()};
    add_row<false>(squares, a, b, nullptr);
    const __m256i leaving = row;
    row = _mm256_hadd_epi32(squares.low, squares.high);
    return _mm256_add_epi32(columns, _mm256_sub_epi32(row, leaving));
}

// The sums of seven columns each.
PERDURE_INPAINT_AVX2 inline __m256i sums_of_seven(__m256i left, __m256i right) {
    const __m256i middle = _mm256_permute2x128_si256(left, right, 0x21);
    const __m256i one_two =
        _mm256_add_epi32(_mm256_alignr_epi8(middle, left, 4), _mm256_alignr_epi8(middle, left, 8));
    const __m256i three_four = _mm256_add_epi32(_mm256_alignr_epi8(middle, left, 12), middle);
    const __m256i five_six = _mm256_add_epi32(_mm256_alignr_epi8(right, middle, 4),
                                              _mm256_alignr_epi8(right, middle, 8));
    return _mm256_add_epi32(_mm256_add_epi32(left, one_two),
                            _mm256_add_epi32(three_four, five_six));
}

PERDURE_INPAINT_AVX2 void slide_avx2(const strip& targets) {
    struct row_of_squares {
        __m256i left, right;
    };
    row_of_squares rows[patch_side]; // of the window
    for (row_of_squares& each : rows)
        each = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    row_of_squares columns = rows[0];
    const sample* a = targets.wanted;
    const sample* b = targets.offered;
    std::size_t place = 0;
    for (std::size_t row = 0; row < targets.row_count + patch_side - 1; ++row) {
        row_of_squares& leaving = rows[row % patch_side];
        columns.left = slide_columns(columns.left, leaving.left, a, b);
        columns.right = slide_columns(columns.right, leaving.right, a + distance_kernel::lanes,
                                      b + distance_kernel::lanes);
        a += targets.stride;
        b += targets.stride;
        if (row + 1 < patch_side)
            continue;
        const std::size_t here = std::exchange(place, place + targets.stride);
        const __m256i sums = sums_of_seven(columns.left, columns.right);
        const __m256i least = load8(targets.least + here);
        const __m256i is_less =
            _mm256_and_si256(load8(targets.is_allowed + here), _mm256_cmpgt_epi32(least, sums));
        if (_mm256_testz_si256(is_less, is_less) != 0)
            continue;
        const __m256i way = _mm256_set1_epi32(static_cast<int>(targets.way));
        store8(targets.least + here, _mm256_blendv_epi8(least, sums, is_less));
        store8(targets.ways + here, _mm256_blendv_epi8(load8(targets.ways + here), way, is_less));
    }
}

} // namespace

distance_kernel avx2_kernel() {
    return {"avx2", whole_avx2, masked_avx2, first_below_avx2, slide_avx2};
}

} // namespace perdure::inpaint

#endif
