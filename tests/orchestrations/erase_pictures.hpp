// SPDX-License-Identifier: Apache-2.0
// A small picture with something to remove, as files, and what fill() makes of it.
#pragma once

#include "tests/inpaint/pictures.hpp"

#include <perdure/inpaint/fill.hpp>
#include <perdure/inpaint/image_io.hpp>

#include <algorithm>
#include <filesystem>

namespace erasing::tests {

namespace pixels = perdure::inpaint;

inline pixels::image painted(const pixels::mask& marked) {
    pixels::image markup(marked.size.width, marked.size.height);
    for (std::size_t i = 0; i < marked.flags.size(); ++i)
        std::fill_n(&markup.rgb[3 * i], 3,
                    marked.flags[i] != 0 ? std::uint8_t{255} : std::uint8_t{0});
    return markup;
}

struct small_case {
    pixels::image photo = pixels::pictures::pattern(170, 160);
    pixels::mask markup;
    pixels::pictures::folder files;
    std::filesystem::path photo_path = files / "photo.png";
    std::filesystem::path markup_path = files / "markup.png";

    /// The hole: large enough for three slices at the finest level, or quick to fill.
    enum class hole { large, small };

    explicit small_case(hole size)
        : markup(size == hole::large ? pixels::pictures::rectangle(photo.size, 30, 25, 145, 135)
                                     : pixels::pictures::rectangle(photo.size, 60, 50, 105, 90)) {
        pixels::write_image(photo_path, photo);
        pixels::write_image(markup_path, painted(markup));
    }

    pixels::fill_result filled() const { return pixels::fill(photo, markup); }
};

} // namespace erasing::tests
