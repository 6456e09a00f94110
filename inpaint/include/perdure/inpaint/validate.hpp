// SPDX-License-Identifier: Apache-2.0
// What must hold before pixels are computed. Each check throws one image_error whose sentence says
// what is wrong and what to do; passing them all means that fill() cannot fail for its input.
#pragma once

#include <span>
#include <string_view>

#include "perdure/inpaint/image.hpp"

namespace perdure::inpaint {

/// Throws when the picture is smaller than one patch in either direction.
void validate_picture(image_size picture);

/// Throws when sizes differ, nothing is marked, or no whole patch is left to copy from.
void validate_markup(image_size picture, const mask& markup);

/// Throws when sizes differ, the donor does not touch the markup, lies wholly in it, or has no
/// whole patch outside of it. `name` is what the error calls the donor.
void validate_donor(const mask& markup, const mask& donor, std::string_view name);

/// All of the above; donors are called "donor 1", "donor 2", ...
void validate(const image& picture, const mask& markup, std::span<const mask> donors);

} // namespace perdure::inpaint
