// SPDX-License-Identifier: Apache-2.0
// Each kernel is compiled for its own instruction set, whatever the rest is compiled for, and is
// called only where the processor says that it has that set. Rows are taken in an order in which
// unlike patches show early. Processors with AVX-512 use the AVX2 kernel: a patch row is 256 bits.
#include "patch_distance.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <initializer_list>
#include <numeric>
#include <utility>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#define PERDURE_INPAINT_AVX2 __attribute__((target("avx2")))
#endif

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

void squares_portable(const sample* a, const sample* b, std::uint32_t* squares) {
    for (std::size_t x = 0; x < column_count; ++x)
        squares[x] = squared(a[x], b[x]);
}

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

#if defined(__x86_64__)

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
    for (std::size_t x = 0; x < column_count; x += 4) {
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

#endif

std::vector<distance_kernel> runnable_kernels() {
    std::vector<distance_kernel> found{{"portable", whole_portable, masked_portable,
                                        first_below<whole_portable, masked_portable>,
                                        slide<squares_portable>}};
#if defined(__x86_64__)
    found.push_back({"sse2", whole_sse2, masked_sse2, first_below<whole_sse2, masked_sse2>,
                     slide<squares_sse2>});
    if (__builtin_cpu_supports("avx2"))
        found.push_back({"avx2", whole_avx2, masked_avx2, first_below_avx2, slide_avx2});
#endif
    return found;
}

} // namespace

std::span<const distance_kernel> distance_kernels() {
    static const std::vector<distance_kernel> runnable = runnable_kernels();
    return runnable;
}

const distance_kernel& distance_kernel_in_use() {
    const std::span<const distance_kernel> all = distance_kernels();
    if (const char* wanted = std::getenv("PERDURE_INPAINT_SIMD"); wanted != nullptr)
        for (const distance_kernel& each : all)
            if (each.name == wanted)
                return each;
    return all.back();
}

} // namespace perdure::inpaint
