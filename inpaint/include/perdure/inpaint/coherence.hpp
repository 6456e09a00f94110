// SPDX-License-Identifier: Apache-2.0
// How well an area of a picture goes with the rest of it, whoever made it: a judge that shares
// nothing with the fill.
#pragma once

#include <cstdint>

#include "perdure/inpaint/image.hpp"

namespace perdure::inpaint {

/// The mean, over all patches that touch the area, of the squared difference per colour channel
/// value to the most similar patch outside of it, in thousandths; 0 is best. The unit is that of
/// energy() in steps.hpp. An upper estimate, by PatchMatch on one thread. A smooth smear does well
/// here, too: look at the pictures. Throws image_error for input that validate_picture() or
/// validate_markup() refuses. The same input gives the same number.
std::uint64_t coherence(const image& picture, const mask& area);

} // namespace perdure::inpaint
