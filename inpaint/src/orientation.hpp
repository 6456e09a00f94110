// SPDX-License-Identifier: Apache-2.0
// Turns stored pixels upright, as an EXIF orientation says.
#pragma once

#include "perdure/inpaint/image.hpp"
#include "perdure/inpaint/photo.hpp"

namespace perdure::inpaint {

/// 1 leaves everything as it is; 2 to 4 mirror or turn by 180 degrees; 5 to 8 swap the sides.
void turn_upright(photo& stored, int orientation);

} // namespace perdure::inpaint
