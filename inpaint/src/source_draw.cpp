// SPDX-License-Identifier: Apache-2.0
// Rejection sampling in the set's box, with a scan as the guaranteed end.
#include "source_draw.hpp"

#include <algorithm>

#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

point draw_source(const source_set& allowed, random_stream& random) {
    constexpr int tries = 64;
    const source_set::box_type& box = allowed.box();
    int x = box.left;
    int y = box.top;
    for (int i = 0; i < tries; ++i) {
        x = random.between(box.left, box.right - 1);
        y = random.between(box.top, box.bottom - 1);
        if (allowed.contains(x, y))
            return {static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)};
    }
    while (!allowed.contains(x, y)) {
        if (++x >= box.right) {
            x = box.left;
            y = y + 1 < box.bottom ? y + 1 : box.top;
        }
    }
    return {static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)};
}

void require_whole(const level& where, const field& matches, int row_begin, int row_end) {
    bool is_whole = matches.matches.size() == where.targets().size();
    const auto first = static_cast<std::size_t>(std::clamp(row_begin, 0, where.size().height));
    const auto last = static_cast<std::size_t>(std::clamp(row_end, 0, where.size().height));
    const std::uint32_t end = where.target_rows()[last];
    for (std::uint32_t i = where.target_rows()[first]; is_whole && i < end; ++i) {
        const point source = matches.matches[i].source;
        is_whole = where.source_sets()[where.set_of_target(i)].contains(source.x, source.y);
    }
    if (!is_whole)
        throw image_error("this field does not belong to this pyramid level; join all its slices");
}

} // namespace perdure::inpaint
