// SPDX-License-Identifier: Apache-2.0
// Areas by distance: what is within so many pixels of a markup, and how deep in it a pixel lies.
#pragma once

#include <cstdint>
#include <vector>

#include "perdure/inpaint/image.hpp"

namespace perdure::inpaint {

/// The most that grow() and with_fill() go by.
inline constexpr int edge_pixels_max = 1000;

/// Everything at most so many pixels (0 to edge_pixels_max, centre to centre) away from the area,
/// and the area itself. Corners become round. Throws image_error for another number.
mask grow(const mask& area, int pixels);

/// Squared distance of every pixel to the nearest one that is outside the area, 0 for those
/// outside; UINT32_MAX when nothing is outside.
std::vector<std::uint32_t> squared_depths(const mask& area);

} // namespace perdure::inpaint
