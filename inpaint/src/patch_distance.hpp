// SPDX-License-Identifier: Apache-2.0
// Sum of squared differences of two 7 x 7 patches over all four channels, in integers. There is one
// kernel per instruction set; all give the same numbers, so the processor does not show in a
// picture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// Behind the samples of a level or canvas: a load of eight may begin at any column of a patch.
inline constexpr std::size_t sample_padding = 8;

/// A patch as its top left sample, each row behind the last by a stride.
struct patch_view {
    const sample* corner;
    std::size_t stride;
};

/// Patches of one level to choose from.
struct patch_offers {
    const sample* samples;
    std::size_t stride;
    std::span<const std::uint32_t> corners; // where in samples the patches begin
};

/// Targets in a strip of `lanes` columns, and patches that all lie equally far from them.
struct strip {
    std::size_t stride; // of all that follows
    std::size_t row_count;
    const sample* wanted; // the first patch's corner
    const sample* offered; // likewise
    const std::uint32_t* is_allowed; // for each target, all ones or zero
    std::uint32_t* least; // distance so far, below 2^31
    std::uint32_t* ways; // in which it was found
    std::uint32_t way; // this one
};

struct distance_kernel {
    std::string_view name; // "portable", "sse2" or "avx2"

    /// `a` and `b` point at the top left samples of the patches, each followed by rows at its
    /// stride; eight samples of a row are read, the eighth does not count. May stop as soon as the
    /// sum reaches `limit`; any result of at least `limit` only says "not less".
    std::uint32_t (*whole)(const sample* a, const sample* b, std::size_t stride_a,
                           std::size_t stride_b, std::uint32_t limit);

    /// As whole, but counts only the channels of a pixel that are all ones in its `mask` sample
    /// (others are zero there); mask has a's stride.
    std::uint32_t (*masked)(const sample* a, const sample* b, const sample* mask,
                            std::size_t stride_a, std::size_t stride_b, std::uint32_t limit);

    /// The first of the offers whose distance is below the limit, or their number. The limit, at
    /// most match::cost_max, becomes that distance. With a `mask` they are compared as by masked.
    std::size_t (*first_below)(patch_view wanted, const sample* mask, const patch_offers& offers,
                               std::uint32_t& limit);

    /// Keeps what is allowed and less than the least. Sixteen samples of a row are read.
    void (*slide)(const strip& targets);
    static constexpr int lanes = 8;
};

/// The kernels this processor can run, slowest first. Never empty.
std::span<const distance_kernel> distance_kernels();

/// The fastest of them, or the one that the environment variable PERDURE_INPAINT_SIMD names when
/// this processor can run it.
const distance_kernel& distance_kernel_in_use();

} // namespace perdure::inpaint
