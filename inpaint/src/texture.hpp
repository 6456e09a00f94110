// SPDX-License-Identifier: Apache-2.0
// The fourth feature of a sample: how busy the picture is around it. Without it, patches prefer
// smooth sources (the mean of a texture is nearer to everything than any texture) and fills blur.
#pragma once

#include <cstdint>
#include <vector>

#include "perdure/inpaint/image.hpp"
#include "perdure/inpaint/settings.hpp"

namespace perdure::inpaint {

/// One value per pixel of level `index` of `level_count`: the mean gradient at full size over a
/// window that is equally large on every level, markup left out.
std::vector<std::uint8_t> texture_of(const image& picture, const mask& markup, int index,
                                     int level_count, const settings& chosen);

} // namespace perdure::inpaint
