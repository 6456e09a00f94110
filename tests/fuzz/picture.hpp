// SPDX-License-Identifier: Apache-2.0
// What holds for every file that is to be a picture.
#pragma once

#include "target.hpp"

#include <perdure/inpaint/error.hpp>
#include <perdure/inpaint/image_io.hpp>
#include <perdure/inpaint/photo.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace fuzz {

/// A WebP has alpha only if some of it is not opaque.
inline perdure::inpaint::image without_opaque_alpha(perdure::inpaint::image picture) {
    const auto is_opaque = [](std::uint8_t alpha) { return alpha == 255; };
    if (std::all_of(picture.alpha.begin(), picture.alpha.end(), is_opaque))
        picture.alpha.clear();
    return picture;
}

/// A picture that is read has the pixels that its size says, at most as many as are allowed, and
/// survives being written.
inline void check_picture(std::string_view bytes) {
    using namespace perdure::inpaint;
    image_limits limits;
    limits.pixels_max = 1 << 16;
    photo read;
    try {
        read = decode_photo(bytes, "the picture", limits);
    } catch (const image_error&) {
        return;
    }
    const image& picture = read.pixels;
    const std::size_t count = picture.size.pixel_count();
    require(count >= 1 && count <= limits.pixels_max, "a picture is within the limits");
    require(picture.rgb.size() == 3 * count, "a picture has three bytes per pixel");
    require(picture.alpha.empty() || picture.alpha.size() == count, "alpha has one per pixel");
    require(decode_image(bytes, "the picture", limits) == picture, "details do not change pixels");
    const photo again = decode_photo(encode_photo(read, image_format::png));
    require(again.pixels == picture && again.deep == read.deep, "pixels survive being written");
    require(again.details.exif == read.details.exif, "EXIF survives being written");
    const std::string lossless = encode_photo(read, image_format::webp);
    require(decode_image(lossless) == without_opaque_alpha(picture), "WebP keeps pixels, too");
    encode_photo(read, image_format::jpeg);
    require(mask_from_image(picture).flags.size() == count, "a mask has one flag per pixel");
}

} // namespace fuzz
