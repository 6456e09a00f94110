// SPDX-License-Identifier: Apache-2.0
// Area arithmetic on masks; all of it in integers and in one or two passes over the rows.
#include "mask_ops.hpp"

#include <algorithm>

#include "perdure/inpaint/settings.hpp"

namespace perdure::inpaint {

image_size reduced_size(image_size full, int index) {
    const int block = 1 << index;
    return {(full.width + block - 1) / block, (full.height + block - 1) / block};
}

mask reduce_mask(const mask& full, int index) {
    if (index == 0)
        return full;
    const image_size size = reduced_size(full.size, index);
    mask reduced(size.width, size.height);
    for (int y = 0; y < full.size.height; ++y) {
        const std::uint8_t* row =
            &full.flags[static_cast<std::size_t>(y) * static_cast<std::size_t>(full.size.width)];
        std::uint8_t* out = &reduced.flags[static_cast<std::size_t>(y >> index) *
                                           static_cast<std::size_t>(size.width)];
        for (int x = 0; x < full.size.width; ++x)
            out[x >> index] |= row[x];
    }
    return reduced;
}

mask widen_by_patch(const mask& area) {
    const auto width = static_cast<std::size_t>(area.size.width);
    const auto height = static_cast<std::size_t>(area.size.height);
    const auto radius = static_cast<std::size_t>(patch_radius);
    mask across(area.size.width, area.size.height);
    for (std::size_t y = 0; y < height; ++y) {
        const std::uint8_t* row = &area.flags[y * width];
        std::uint8_t* out = &across.flags[y * width];
        for (std::size_t x = 0; x < width; ++x)
            if (row[x] != 0)
                std::fill(out + (x - std::min(x, radius)), out + std::min(width, x + radius + 1),
                          std::uint8_t{1});
    }
    mask widened(area.size.width, area.size.height);
    for (std::size_t y = 0; y < height; ++y) {
        const std::size_t last = std::min(height - 1, y + radius);
        for (std::size_t near = y - std::min(y, radius); near <= last; ++near)
            for (std::size_t x = 0; x < width; ++x)
                widened.flags[y * width + x] |= across.flags[near * width + x];
    }
    return widened;
}

std::vector<std::uint8_t> depths(const mask& area) {
    const int width = area.size.width;
    const int height = area.size.height;
    std::vector<std::uint8_t> depth(area.flags.size());
    const auto at = [&](int x, int y) {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
               static_cast<std::size_t>(x);
    };
    const auto near = [&](int x, int y) {
        const bool is_inside = x >= 0 && y >= 0 && x < width && y < height;
        return is_inside ? int{depth[at(x, y)]} : 255;
    };
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            if (!area.at(x, y))
                continue;
            const int least =
                std::min({near(x - 1, y), near(x - 1, y - 1), near(x, y - 1), near(x + 1, y - 1)});
            depth[at(x, y)] = static_cast<std::uint8_t>(std::min(255, least + 1));
        }
    for (int y = height - 1; y >= 0; --y)
        for (int x = width - 1; x >= 0; --x) {
            if (!area.at(x, y))
                continue;
            const int least =
                std::min({near(x + 1, y), near(x + 1, y + 1), near(x, y + 1), near(x - 1, y + 1)});
            depth[at(x, y)] =
                static_cast<std::uint8_t>(std::min({255, least + 1, int{depth[at(x, y)]}}));
        }
    return depth;
}

} // namespace perdure::inpaint
