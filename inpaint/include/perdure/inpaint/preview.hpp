// SPDX-License-Identifier: Apache-2.0
// A look at a fill on its way.
#pragma once

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/image.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// The level as a picture, its hole in these colours, which must be whole; image_error otherwise.
image preview(const level& where, const colours& current);

} // namespace perdure::inpaint
