// SPDX-License-Identifier: Apache-2.0
// Pictures from and to files: which format it is, what it may cost, and what is marked in it.
#include "perdure/inpaint/image_io.hpp"

#include <algorithm>
#include <cctype>

#include "codecs.hpp"
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

image decode_image(std::string_view bytes, std::string_view name, const image_limits& limits) {
    if (is_png(bytes))
        return decode_png(bytes, name, limits);
    if (is_jpeg(bytes))
        return decode_jpeg(bytes, name, limits);
    throw image_error(std::string(name) + " is neither a PNG nor a JPEG; convert it to one");
}

image read_image(const std::filesystem::path& path, const image_limits& limits) {
    return decode_image(read_file(path, limits), path.string(), limits);
}

std::string encode_image(const image& picture, image_format format) {
    return format == image_format::png ? encode_png(picture) : encode_jpeg(picture);
}

image_format format_of(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    if (extension == ".png")
        return image_format::png;
    if (extension == ".jpg" || extension == ".jpeg")
        return image_format::jpeg;
    throw image_error(path.string() + " does not say its format; end its name in .png or .jpg");
}

void write_image(const std::filesystem::path& path, const image& picture) {
    write_file_atomically(path, encode_image(picture, format_of(path)));
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

mask read_mask(const std::filesystem::path& path, const image_limits& limits) {
    return mask_from_image(read_image(path, limits));
}

} // namespace perdure::inpaint
