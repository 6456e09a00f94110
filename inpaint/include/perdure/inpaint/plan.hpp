// SPDX-License-Identifier: Apache-2.0
// The plan of a fill: how many pyramid levels there are and how much work each is. It is small and
// is all that an orchestration needs to know in order to fan the work out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perdure/inpaint/image.hpp"
#include "perdure/inpaint/settings.hpp"

namespace perdure::inpaint {

/// One level; a pixel of level k stands for 2^k x 2^k pixels of the picture.
struct level_outline {
    image_size size;
    std::uint32_t target_count = 0; // patches that touch the hole
    std::uint32_t tile_count = 0; // fixed tiles those patches are divided into

    bool operator==(const level_outline&) const = default;
};

struct level_plan {
    std::vector<level_outline> levels; // [0] is the picture itself, back() the coarsest

    bool operator==(const level_plan&) const = default;

    std::string encode() const;
    /// Throws image_error for anything but bytes made by encode().
    static level_plan decode(std::string_view bytes);
};

/// Halves the picture until the hole is about one patch wide, as long as there is enough left to
/// copy from. `markup` must have passed validate_markup.
level_plan plan(const mask& markup, const settings& chosen);

/// How many slices are worth it on `threads` workers: at least 1, never more than the level has
/// tiles, 1 for small levels. Any other number gives the same pixels.
int slice_count(const level_outline& outline, int threads);

} // namespace perdure::inpaint
