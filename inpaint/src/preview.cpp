// SPDX-License-Identifier: Apache-2.0
// A level's samples without their texture, and its hole as it is now.
#include "perdure/inpaint/preview.hpp"

#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

namespace {

void paint(image& picture, std::size_t pixel, const sample& colour) {
    picture.rgb[3 * pixel] = colour.red;
    picture.rgb[3 * pixel + 1] = colour.green;
    picture.rgb[3 * pixel + 2] = colour.blue;
}

} // namespace

image preview(const level& where, const colours& current) {
    const auto hole = where.hole_pixels();
    if (current.samples.size() != hole.size())
        throw image_error("these colours do not belong to this pyramid level; join all its slices");
    image seen(where.size().width, where.size().height);
    for (std::size_t i = 0; i < where.size().pixel_count(); ++i)
        paint(seen, i, where.samples()[i]);
    for (std::size_t i = 0; i < hole.size(); ++i)
        paint(seen,
              std::size_t{hole[i].y} * static_cast<std::size_t>(where.size().width) + hole[i].x,
              current.samples[i]);
    return seen;
}

} // namespace perdure::inpaint
