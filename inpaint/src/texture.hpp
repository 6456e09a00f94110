// SPDX-License-Identifier: Apache-2.0
// The fourth feature of a sample: how busy the picture is around it. Without it, patches prefer
// smooth sources (the mean of a texture is nearer to everything than any texture) and fills blur.
#pragma once

#include <span>

#include "perdure/inpaint/image.hpp"
#include "perdure/inpaint/level.hpp"
#include "perdure/inpaint/settings.hpp"

namespace perdure::inpaint {

/// Rows of a level, half-open.
struct row_range {
    int begin = 0;
    int end = 0;
};

/// Sets the texture of the samples in `rows` of level `index` of `level_count`, whose samples are
/// all given: the mean gradient at full size over a window that is equally large on every level,
/// markup left out.
void set_texture(const image& picture, const mask& markup, int index, int level_count,
                 const settings& chosen, row_range rows, std::span<sample> samples);

} // namespace perdure::inpaint
