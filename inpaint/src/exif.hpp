// SPDX-License-Identifier: Apache-2.0
// EXIF as it stands in JPEG, PNG and WebP files: a TIFF structure without pixels. It comes from
// anywhere, so everything in it may be wrong; what cannot be read counts as not there.
#pragma once

#include <string>
#include <string_view>

#include "perdure/inpaint/image.hpp"

namespace perdure::inpaint {

/// How the stored pixels are to be turned: 1 (not at all) to 8, as TIFF numbers it.
int exif_orientation(std::string_view tiff);

/// The same statements about the picture turned upright, of that size; written anew from the
/// entries, without thumbnail, makers' notes and whatever else could hold a picture. Empty when
/// `tiff` cannot be read.
std::string exif_of_upright(std::string_view tiff, image_size size);

} // namespace perdure::inpaint
