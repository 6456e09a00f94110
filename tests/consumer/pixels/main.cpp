// SPDX-License-Identifier: Apache-2.0
#include <perdure/inpaint/erase.hpp>

#include <algorithm>
#include <iostream>
#include <vector>

namespace inpaint = perdure::inpaint;

int main() {
    // Vertical stripes with a white square in them, four values a pixel.
    constexpr int width = 64, height = 48;
    std::vector<std::uint8_t> pixels, marks;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const bool is_square = x >= 28 && x < 36 && y >= 20 && y < 28;
            const std::uint8_t grey = is_square ? 255 : x % 8 < 4 ? 40 : 120;
            pixels.insert(pixels.end(), {grey, grey, grey, 255});
            marks.push_back(is_square ? 1 : 0);
        }

    inpaint::fill_options options;
    options.threads = 2;
    const auto done =
        inpaint::erase(inpaint::view8{pixels, width, height, inpaint::pixel_layout::rgba},
                       inpaint::area_view{marks, width, height}, {}, {}, options);

    const bool is_gone = std::count(pixels.begin(), pixels.end(), 255) == width * height;
    std::cout << (is_gone && !done.was_stopped ? "erased\n" : "still there\n");
}
