// SPDX-License-Identifier: Apache-2.0
// Area arithmetic on masks: shrinking to a level, widening by a patch, distance to the outside.
#pragma once

#include <cstdint>
#include <vector>

#include "perdure/inpaint/image.hpp"

namespace perdure::inpaint {

/// The size of level `index` of a picture: every block of 2^index pixels, cut ones included.
image_size reduced_size(image_size full, int index);

/// A pixel of the level is set when any pixel of its block is: nothing marked is ever lost.
mask reduce_mask(const mask& full, int index);

/// Set where a patch centred there would touch the area.
mask widen_by_patch(const mask& area);

/// Chessboard distance of each pixel of the area to the nearest pixel outside of it (1 at the
/// border), 0 outside, at most 255. The picture's edge does not count as outside.
std::vector<std::uint8_t> depths(const mask& area);

} // namespace perdure::inpaint
