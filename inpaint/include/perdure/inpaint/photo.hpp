// SPDX-License-Identifier: Apache-2.0
// A picture file in memory: upright pixels, and what else a copy of the file has to say, too. A
// fill works on `pixels`; with_fill() puts its result into the rest, so that nothing outside the
// markup changes, not even the bits that a fill does not look at.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/image.hpp"
#include "perdure/inpaint/image_io.hpp"

namespace perdure::inpaint {

/// What a file says about its pixels and its making. Other texts (XMP, IPTC, comments) are not
/// kept.
struct picture_details {
    std::string icc_profile; ///< Empty: none.

    /// TIFF structure in either byte order; empty: none. It says "upright" and the size that
    /// `pixels` has. Thumbnails and makers' notes, which may hold previews, are gone: they would
    /// show what was erased.
    std::string exif;

    bool is_grey = false; ///< Written in grey again if all pixels are.
    std::uint32_t gamma = 0; ///< Of a PNG without a profile, in 100,000ths; 0: not said.
    int srgb_intent = -1; ///< Of a PNG that says that it is sRGB: 0 to 3; -1: not said.

    bool operator==(const picture_details&) const = default;
};

struct photo {
    image pixels; ///< Turned as the file's EXIF orientation says.

    /// All of a 16-bit PNG: 3 values a pixel, or 4 with alpha, row by row. Otherwise empty, and
    /// `pixels` is all there is.
    std::vector<std::uint16_t> deep;

    picture_details details;

    bool operator==(const photo&) const = default;
};

/// The pixels of a photo, wherever they lie, to be changed there.
struct photo_pixels {
    image_size size;
    std::span<std::uint8_t> rgb; // as in image
    std::span<std::uint8_t> alpha; // likewise
    std::span<std::uint16_t> deep; // as in photo

    photo_pixels() = default;
    photo_pixels(photo& whole)
        : size(whole.pixels.size), rgb(whole.pixels.rgb), alpha(whole.pixels.alpha),
          deep(whole.deep) {}

    operator image_view() const;
};

/// As decode_image, of everything. Details that are damaged are left out without a word; a picture
/// whose pixels are damaged is refused.
photo decode_photo(std::string_view bytes, std::string_view name = "the picture",
                   const image_limits& limits = {});

/// PNG: 16 bits when there are so many. JPEG: 8 bits, no alpha. WebP: 8 bits, lossless. All of
/// them: EXIF and the profile, if it belongs to such pixels. The same photo gives the same bytes.
std::string encode_photo(const photo& picture, image_format format,
                         const encode_options& options = {});

std::string encode_photo(const photo_pixels& pixels, const picture_details& details,
                         image_format format, const encode_options& options = {});

/// `original` with the marked pixels of `filled`, which must have its size, as must `markup`;
/// image_error otherwise. A marked pixel of a 16-bit picture gets the 8 bits that were filled,
/// times 257. With `feather` above 0, the outermost so many pixels of the markup go over from the
/// original to the fill step by step.
photo with_fill(photo original, const image& filled, const mask& markup, int feather = 0);
/// The same with what fill_hole() gives for that markup.
photo with_fill(photo original, const colours& filled, const mask& markup, int feather = 0);
/// And in place.
void fill_in(const photo_pixels& original, const colours& filled, const mask& markup,
             int feather = 0);

/// `original` with other pixels, of any size and of 8 bits.
photo with_pixels(photo original, image pixels);

} // namespace perdure::inpaint
