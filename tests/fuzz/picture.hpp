// SPDX-License-Identifier: Apache-2.0
// What holds for every file that is to be a picture.
#pragma once

#include "target.hpp"

#include <perdure/inpaint/error.hpp>
#include <perdure/inpaint/image_io.hpp>

#include <string_view>

namespace fuzz {

/// A picture that is read has the pixels that its size says, at most as many as are allowed, and
/// survives being written.
inline void check_picture(std::string_view bytes) {
    using namespace perdure::inpaint;
    image_limits limits;
    limits.pixels_max = 1 << 16;
    image picture;
    try {
        picture = decode_image(bytes, "the picture", limits);
    } catch (const image_error&) {
        return;
    }
    const std::size_t count = picture.size.pixel_count();
    require(count >= 1 && count <= limits.pixels_max, "a picture is within the limits");
    require(picture.rgb.size() == 3 * count, "a picture has three bytes per pixel");
    require(picture.alpha.empty() || picture.alpha.size() == count, "alpha has one per pixel");
    require(decode_image(encode_image(picture, image_format::png)) == picture,
            "a picture survives being written");
    require(mask_from_image(picture).flags.size() == count, "a mask has one flag per pixel");
}

} // namespace fuzz
