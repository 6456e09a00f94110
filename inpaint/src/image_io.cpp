// SPDX-License-Identifier: Apache-2.0
// Pictures from and to files: which format it is, what it may cost, and what is marked in it.
#include "perdure/inpaint/image_io.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "codecs.hpp"
#include "exif.hpp"
#include "orientation.hpp"
#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

void require_within_limits(std::uint64_t width, std::uint64_t height, std::string_view name,
                           const image_limits& limits) {
    const std::string size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
    if (width > image_size::side_max || height > image_size::side_max)
        throw image_error(std::string(name) + " has " + size + "; no side may be above " +
                          std::to_string(image_size::side_max) + ", make it smaller");
    if (width * height > limits.pixels_max)
        throw image_error(std::string(name) + " has " + size + ", above the limit of " +
                          std::to_string(limits.pixels_max) + "; make it smaller");
}

namespace {

photo decode_stored(std::string_view bytes, std::string_view name, const image_limits& limits) {
    if (is_png(bytes))
        return decode_png(bytes, name, limits);
    if (is_jpeg(bytes))
        return decode_jpeg(bytes, name, limits);
    if (is_webp(bytes))
        return decode_webp(bytes, name, limits);
    throw image_error(std::string(name) +
                      " is neither a PNG nor a JPEG nor a WebP; convert it to one");
}

std::string encode(const photo_view& picture, image_format format, const encode_options& options) {
    if (options.jpeg_quality < 1 || options.jpeg_quality > 100)
        throw image_error("a JPEG cannot be written at quality " +
                          std::to_string(options.jpeg_quality) + "; choose 1 to 100");
    switch (format) {
    case image_format::jpeg:
        return encode_jpeg(picture, options.jpeg_quality);
    case image_format::webp:
        return encode_webp(picture);
    default:
        return encode_png(picture, options.threads);
    }
}

bool is_all_grey(const image_view& pixels, std::span<const std::uint16_t> deep) {
    for (std::size_t i = 0; i < pixels.rgb.size(); i += 3)
        if (pixels.rgb[i] != pixels.rgb[i + 1] || pixels.rgb[i] != pixels.rgb[i + 2])
            return false;
    const std::size_t channels = pixels.alpha.empty() ? 3 : 4;
    for (std::size_t i = 0; i < deep.size(); i += channels)
        if (deep[i] != deep[i + 1] || deep[i] != deep[i + 2])
            return false;
    return true;
}

} // namespace

photo_view::photo_view(const image_view& all_pixels, std::span<const std::uint16_t> all_deep,
                       const picture_details& all_details)
    : pixels(all_pixels), deep(all_deep), details(all_details),
      is_grey(details.is_grey && is_all_grey(pixels, deep)) {
    const std::size_t count = pixels.size.pixel_count();
    if (count == 0 || pixels.rgb.size() != 3 * count ||
        (!pixels.alpha.empty() && pixels.alpha.size() != count) ||
        (!deep.empty() && deep.size() != (pixels.alpha.empty() ? 3 : 4) * count))
        throw image_error(
            "a picture of " + std::to_string(pixels.size.width) + " x " +
            std::to_string(pixels.size.height) +
            " pixels has values for another number of them; give every pixel its own");
}

std::string_view photo_view::profile() const {
    // Bytes 16 to 19 of a profile name the kind of pixels it is for.
    const std::string_view kind = is_grey ? "GRAY" : "RGB ";
    const std::string_view all = details.icc_profile;
    return all.size() >= 128 && all.substr(16, 4) == kind ? all : std::string_view{};
}

photo decode_photo(std::string_view bytes, std::string_view name, const image_limits& limits) {
    photo decoded = decode_stored(bytes, name, limits);
    std::string& exif = decoded.details.exif;
    turn_upright(decoded, exif_orientation(exif));
    exif = exif_of_upright(exif, decoded.pixels.size);
    return decoded;
}

image decode_image(std::string_view bytes, std::string_view name, const image_limits& limits) {
    return decode_photo(bytes, name, limits).pixels;
}

image read_image(const std::filesystem::path& path, const image_limits& limits) {
    return decode_image(read_file(path, limits), path.string(), limits);
}

std::string encode_photo(const photo& picture, image_format format, const encode_options& options) {
    return encode(photo_view(picture.pixels, picture.deep, picture.details), format, options);
}

std::string encode_photo(const photo_pixels& pixels, const picture_details& details,
                         image_format format, const encode_options& options) {
    return encode(photo_view(pixels, pixels.deep, details), format, options);
}

std::string encode_image(const image& picture, image_format format, const encode_options& options) {
    return encode(photo_view(picture, {}, {}), format, options);
}

image_format format_of(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    if (extension == ".png")
        return image_format::png;
    if (extension == ".jpg" || extension == ".jpeg")
        return image_format::jpeg;
    if (extension == ".webp")
        return image_format::webp;
    throw image_error(path.string() +
                      " does not say its format; end its name in .png, .jpg or .webp");
}

void write_image(const std::filesystem::path& path, const image& picture,
                 const encode_options& options) {
    write_file_atomically(path, encode_image(picture, format_of(path), options));
}

mask mask_from_image(const image& markup) {
    mask area(markup.size.width, markup.size.height);
    const bool has_transparency = std::any_of(markup.alpha.begin(), markup.alpha.end(),
                                              [](std::uint8_t alpha) { return alpha < 255; });
    for (std::size_t i = 0; i < area.flags.size(); ++i) {
        const std::uint8_t* rgb = &markup.rgb[3 * i];
        const bool is_black = rgb[0] == 0 && rgb[1] == 0 && rgb[2] == 0;
        const bool is_marked = has_transparency ? markup.alpha[i] > 0 : !is_black;
        area.flags[i] = is_marked ? 1 : 0;
    }
    return area;
}

mask decode_mask(std::string_view bytes, std::string_view name, const image_limits& limits) {
    if (is_png(bytes))
        if (std::optional<mask> marked = decode_plain_png_mask(bytes, name, limits))
            return std::move(*marked);
    return mask_from_image(decode_image(bytes, name, limits));
}

mask read_mask(const std::filesystem::path& path, const image_limits& limits) {
    return decode_mask(read_file(path, limits), path.string(), limits);
}

} // namespace perdure::inpaint
