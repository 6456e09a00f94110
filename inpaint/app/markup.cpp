// SPDX-License-Identifier: Apache-2.0
//
// erase-markup PHOTO OUT.png SHAPE...: a markup of the photo's size, white where a shape lies.
// For scripts, which have no hand to paint with.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <perdure/inpaint/image.hpp>
#include <perdure/inpaint/image_io.hpp>

namespace {

constexpr std::string_view usage =
    "usage: erase-markup PHOTO OUT.png SHAPE...\n"
    "  SHAPE is ellipse:CX,CY,RX,RY  rect:X,Y,W,H  or  polygon:X1,Y1,X2,Y2,X3,Y3,...\n";

struct shape {
    std::string_view kind;
    std::vector<double> numbers;
};

shape parse(std::string_view text) {
    const auto fail = [&] {
        throw std::runtime_error("cannot read the shape '" + std::string(text) + "'\n" +
                                 std::string(usage));
    };
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        fail();
    }
    shape result{text.substr(0, colon), {}};
    const char* at = text.data() + colon;
    const char* const end = text.data() + text.size();
    while (at != end) {
        int number = 0;
        const auto [next, error] = std::from_chars(at + 1, end, number);
        if (error != std::errc() || (next != end && *next != ',')) {
            fail();
        }
        result.numbers.push_back(number);
        at = next;
    }
    const auto count = result.numbers.size();
    const bool is_known = (result.kind == "ellipse" || result.kind == "rect")
                              ? count == 4
                              : result.kind == "polygon" && count >= 6 && count % 2 == 0;
    if (!is_known) {
        fail();
    }
    return result;
}

bool is_in_ellipse(const std::vector<double>& n, double x, double y) {
    const double across = (x - n[0]) / n[2];
    const double down = (y - n[1]) / n[3];
    return across * across + down * down <= 1.0;
}

// Odd-even rule: a ray to the right crosses the outline an odd number of times.
bool is_in_polygon(const std::vector<double>& n, double x, double y) {
    bool is_inside = false;
    for (std::size_t i = 0, j = n.size() - 2; i < n.size(); j = i, i += 2) {
        const double x1 = n[i], y1 = n[i + 1], x2 = n[j], y2 = n[j + 1];
        if ((y1 > y) != (y2 > y) && x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)) {
            is_inside = !is_inside;
        }
    }
    return is_inside;
}

bool is_in(const shape& s, double x, double y) {
    const auto& n = s.numbers;
    if (s.kind == "rect") {
        return x >= n[0] && x < n[0] + n[2] && y >= n[1] && y < n[1] + n[3];
    }
    return s.kind == "ellipse" ? is_in_ellipse(n, x, y) : is_in_polygon(n, x, y);
}

perdure::inpaint::image draw(perdure::inpaint::image_size size, const std::vector<shape>& shapes) {
    perdure::inpaint::image markup(size.width, size.height);
    auto pixel = markup.rgb.begin();
    for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x, pixel += 3) {
            for (const auto& each : shapes) {
                if (is_in(each, x + 0.5, y + 0.5)) {
                    std::fill_n(pixel, 3, std::uint8_t{255});
                }
            }
        }
    }
    return markup;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    if (arguments.size() < 3) {
        std::cerr << usage;
        return 2;
    }
    try {
        std::vector<shape> shapes;
        for (std::size_t i = 2; i < arguments.size(); ++i) {
            shapes.push_back(parse(arguments[i]));
        }
        const auto photo = perdure::inpaint::read_image(arguments[0]);
        perdure::inpaint::write_image(arguments[1], draw(photo.size, shapes));
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "erase-markup: " << problem.what() << '\n';
        return 1;
    }
}
