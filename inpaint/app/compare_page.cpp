// SPDX-License-Identifier: Apache-2.0
// Each picture is in the page once, as the data of an <img>; the viewer above them borrows it.
#include "inpaint/app/compare_page.hpp"

#include "inpaint/app/compare_template.hpp"

#include <perdure/inpaint/image_io.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace erase_app {
namespace {

namespace pixels = perdure::inpaint;

std::string base64(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    // In parts, because the length is an int; a multiple of three has no padding.
    constexpr std::size_t part = 3 << 20;
    std::size_t written = 0;
    for (std::size_t at = 0; at < bytes.size(); at += part) {
        const std::string_view now = bytes.substr(at, part);
        written += static_cast<std::size_t>(EVP_EncodeBlock(
            reinterpret_cast<unsigned char*>(text.data() + written),
            reinterpret_cast<const unsigned char*>(now.data()), static_cast<int>(now.size())));
    }
    text.resize(written);
    return text;
}

/// A JPEG for the eye; a PNG where a JPEG would lose transparency.
std::string data_of(const pixels::image& picture) {
    const bool has_alpha = !picture.alpha.empty();
    const auto format = has_alpha ? pixels::image_format::png : pixels::image_format::jpeg;
    return std::string("data:image/") + (has_alpha ? "png" : "jpeg") + ";base64," +
           base64(pixels::encode_image(picture, format, {.jpeg_quality = 90}));
}

/// The original with what is marked tinted, so that one sees what it was.
pixels::image tinted(pixels::image picture, const pixels::mask& markup) {
    constexpr int tint[] = {255, 0, 110};
    for (std::size_t i = 0; i < markup.flags.size(); ++i) {
        if (markup.flags[i] == 0)
            continue;
        for (std::size_t channel = 0; channel < 3; ++channel) {
            std::uint8_t& value = picture.rgb[3 * i + channel];
            value = static_cast<std::uint8_t>((2 * value + 3 * tint[channel]) / 5);
        }
        if (!picture.alpha.empty())
            picture.alpha[i] = 255;
    }
    return picture;
}

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
        case '&':
            safe += "&amp;";
            break;
        case '<':
            safe += "&lt;";
            break;
        case '>':
            safe += "&gt;";
            break;
        case '"':
            safe += "&quot;";
            break;
        default:
            safe += c;
        }
    }
    return safe;
}

std::string decimal(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string facts_of(const comparison& shown) {
    const pixels::image_size size = shown.original.size;
    const double share =
        100.0 * static_cast<double>(shown.markup.count()) / static_cast<double>(size.pixel_count());
    return std::to_string(size.width) + " × " + std::to_string(size.height) + " pixels, " +
           decimal(share, 1) + " % of them marked";
}

using replacement = std::pair<std::string_view, std::string>;

/// The template with each {{name}} replaced; what is put in is not looked at again.
std::string replaced(std::string_view page, const std::vector<replacement>& values) {
    std::string out;
    while (!page.empty()) {
        const std::size_t open = page.find("{{");
        out += page.substr(0, open);
        if (open == std::string_view::npos)
            break;
        const std::size_t close = page.find("}}", open);
        const std::string_view name = page.substr(open + 2, close - open - 2);
        for (const auto& [known, value] : values)
            if (known == name)
                out += value;
        page.remove_prefix(close + 2);
    }
    return out;
}

} // namespace

std::string compare_page(const comparison& shown) {
    return replaced(compare_template,
                    {{"name", escaped(shown.name)},
                     {"facts", facts_of(shown)},
                     {"width", std::to_string(shown.original.size.width)},
                     {"height", std::to_string(shown.original.size.height)},
                     {"original", data_of(shown.original)},
                     {"markup", data_of(tinted(shown.original, shown.markup))},
                     {"carved", data_of(shown.carved.picture)},
                     {"filled", data_of(shown.filled.picture)},
                     {"carved_seconds", decimal(shown.carved.seconds, 2)},
                     {"filled_seconds", decimal(shown.filled.seconds, 2)},
                     {"carved_energy", decimal(static_cast<double>(shown.carved.energy) / 1000, 1)},
                     {"filled_energy", decimal(static_cast<double>(shown.filled.energy) / 1000, 1)},
                     {"carved_how", escaped(shown.carved.how)},
                     {"filled_how", escaped(shown.filled.how)}});
}

} // namespace erase_app
