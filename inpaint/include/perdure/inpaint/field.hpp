// SPDX-License-Identifier: Apache-2.0
// The mutable half of a fill, as immutable values: where each target copies from (field) and what
// the hole looks like now (colours). A slice of either covers a run of targets or hole pixels, and
// slices joined in order are the whole.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// Where a target copies from, and the squared differences and lack of texture when last compared.
struct match {
    static constexpr std::uint32_t cost_max = 0x7fffffff;

    point source;
    std::uint32_t cost : 31 = 0;
    /// The last search changed neither source nor cost: what this target votes for stays.
    bool is_settled : 1 = false;

    bool operator==(const match&) const = default;
};
static_assert(sizeof(match) == 8);

/// Matches of consecutive targets.
struct field {
    std::vector<match> matches;

    bool operator==(const field&) const = default;

    /// Slices in order; each goes as it is added.
    static field join(std::vector<field> slices);

    std::string encode() const;
    /// Throws image_error for anything but bytes made by encode().
    static field decode(std::string_view bytes);
};

/// Samples of consecutive hole pixels.
struct colours {
    std::vector<sample> samples;

    bool operator==(const colours&) const = default;

    static colours join(std::vector<colours> slices);

    std::string encode() const;
    /// Throws image_error for anything but bytes made by encode().
    static colours decode(std::string_view bytes);
};

/// Sum over the targets of a slice; adding slices gives the level.
struct search_statistics {
    std::uint64_t target_count = 0;
    std::uint64_t changed_count = 0; // targets that found a better source
    std::uint64_t cost_sum = 0; // sum of match::cost

    search_statistics& operator+=(const search_statistics& other);
    bool operator==(const search_statistics&) const = default;
    std::string encode() const;
    static search_statistics decode(std::string_view bytes);
};

/// Sum over the hole pixels of a slice; adding slices gives the level.
struct vote_statistics {
    std::uint64_t pixel_count = 0;
    std::uint64_t changed_count = 0; // pixels whose colour changed visibly
    std::uint64_t change_sum = 0; // sum of absolute differences of red, green and blue

    vote_statistics& operator+=(const vote_statistics& other);
    bool operator==(const vote_statistics&) const = default;
    std::string encode() const;
    static vote_statistics decode(std::string_view bytes);
};

} // namespace perdure::inpaint
