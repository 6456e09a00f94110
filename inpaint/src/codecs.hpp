// SPDX-License-Identifier: Apache-2.0
// One pair of functions per file format; `name` is what errors call the picture.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "perdure/inpaint/image_io.hpp"
#include "perdure/inpaint/photo.hpp"

namespace perdure::inpaint {

/// What is to be written, looked at once for all formats.
struct photo_view {
    image_view pixels;
    std::span<const std::uint16_t> deep;
    const picture_details& details;
    bool is_grey; ///< Every pixel is, and the details say so: one value a pixel will do.

    photo_view(const image_view& all_pixels, std::span<const std::uint16_t> all_deep,
               const picture_details& all_details);

    /// The profile, or empty when it is for other pixels than these.
    std::string_view profile() const;
};

/// Details are as they stand in the file: the EXIF is not cleaned yet and nothing is turned
/// upright.
bool is_png(std::string_view bytes);
photo decode_png(std::string_view bytes, std::string_view name, const image_limits& limits);
std::string encode_png(const photo_view& picture, int threads);
/// What mask_from_image says of the picture, row by row. Nothing for a PNG that is interlaced, has
/// 16 bits or may be turned.
std::optional<mask> decode_plain_png_mask(std::string_view bytes, std::string_view name,
                                          const image_limits& limits);

bool is_jpeg(std::string_view bytes);
photo decode_jpeg(std::string_view bytes, std::string_view name, const image_limits& limits);
std::string encode_jpeg(const photo_view& picture, int quality);

bool is_webp(std::string_view bytes);
photo decode_webp(std::string_view bytes, std::string_view name, const image_limits& limits);
std::string encode_webp(const photo_view& picture);

/// Throws image_error when a picture of this size may not be decoded.
void require_within_limits(std::uint64_t width, std::uint64_t height, std::string_view name,
                           const image_limits& limits);

} // namespace perdure::inpaint
