// SPDX-License-Identifier: Apache-2.0
// How textured a hole has to be at least, from how textured its surroundings are. The smoothest of
// all sources fits a blend best, so without a floor a fill is smoother after each pass.
#pragma once

#include <span>

#include "perdure/inpaint/image.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// Sets the texture of the samples of the hole; their colours stay as they are. It is a share of
/// what a membrane of logarithms over the hole has that is held by the known samples around it, in
/// cells of `cell_side` pixels, a power of two.
void set_texture_floor(std::span<sample> samples, const mask& hole, int cell_side);

} // namespace perdure::inpaint
