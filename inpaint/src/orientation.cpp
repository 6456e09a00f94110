// SPDX-License-Identifier: Apache-2.0
//   orientation   stored pixel of the upright one at (x, y); stored sizes are w x h
//   2             (w-1-x, y)            5   (y, x)
//   3             (w-1-x, h-1-y)        6   (y, h-1-x)
//   4             (x, h-1-y)            7   (w-1-y, h-1-x)
//                                       8   (w-1-y, x)
#include "orientation.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace perdure::inpaint {

namespace {

struct turning {
    image_size stored;
    bool is_swapped; // x and y, before anything is mirrored
    bool is_x_mirrored; // of the stored position
    bool is_y_mirrored;

    turning(image_size size, int orientation)
        : stored(size), is_swapped(orientation >= 5),
          is_x_mirrored(orientation == 2 || orientation == 3 || orientation >= 7),
          is_y_mirrored(orientation == 3 || orientation == 4 || orientation == 6 ||
                        orientation == 7) {}

    image_size upright() const {
        return is_swapped ? image_size{stored.height, stored.width} : stored;
    }
    std::size_t index(int x, int y) const {
        if (is_swapped)
            std::swap(x, y);
        const int across = is_x_mirrored ? stored.width - 1 - x : x;
        const int down = is_y_mirrored ? stored.height - 1 - y : y;
        return static_cast<std::size_t>(down) * static_cast<std::size_t>(stored.width) +
               static_cast<std::size_t>(across);
    }
};

template <class Value>
void turn(std::vector<Value>& values, std::size_t per_pixel, const turning& how) {
    if (values.empty())
        return;
    std::vector<Value> turned(values.size());
    auto out = turned.begin();
    const image_size size = how.upright();
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            out = std::copy_n(values.data() + per_pixel * how.index(x, y), per_pixel, out);
    values = std::move(turned);
}

} // namespace

void turn_upright(photo& stored, int orientation) {
    if (orientation == 1)
        return;
    const turning how(stored.pixels.size, orientation);
    turn(stored.deep, stored.pixels.alpha.empty() ? 3 : 4, how);
    turn(stored.pixels.rgb, 3, how);
    turn(stored.pixels.alpha, 1, how);
    stored.pixels.size = how.upright();
}

} // namespace perdure::inpaint
