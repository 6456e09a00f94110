// SPDX-License-Identifier: Apache-2.0
#include "copy_costs.hpp"

#include <algorithm>

namespace perdure::inpaint {

namespace {

// Colours only: the texture near the hole is that of known pixels, and not what a copy would have.
constexpr sample known_colour{255, 255, 255, 0};
// Two copies are compared around the pixel, too, because a patch sees what lies around a seam.
constexpr int seam_radius = 1;
constexpr int seam_area = (2 * seam_radius + 1) * (2 * seam_radius + 1);
// Of the texture that a source has less than the one before. Without it cuts prefer smooth places,
// where seams cost least.
constexpr std::int64_t texture_weight = 34;

const sample* at(const level& where, int x, int y) {
    return where.samples().data() +
           static_cast<std::size_t>(y) * static_cast<std::size_t>(where.size().width) +
           static_cast<std::size_t>(x);
}

std::vector<point> centres_of(const level& where, std::span<const std::uint32_t> targets) {
    std::vector<point> centres;
    centres.reserve(targets.size());
    for (const std::uint32_t each : targets)
        centres.push_back(where.targets()[each]);
    return centres;
}

source_set::box_type area_of(std::span<const point> centres) {
    source_set::box_type area{centres[0].x, centres.front().y - patch_radius, 0,
                              centres.back().y + patch_radius + 1};
    for (const point& each : centres) {
        area.left = std::min(area.left, each.x - patch_radius);
        area.right = std::max(area.right, each.x + patch_radius + 1);
    }
    return area;
}

} // namespace

copy_costs::known_pixels::known_pixels(const level& where, std::span<const point> centres)
    : where_(where), kernel_(distance_kernel_in_use()), area_(area_of(centres)),
      stride_(static_cast<std::size_t>(area_.right - area_.left)) {
    const std::size_t count = stride_ * static_cast<std::size_t>(area_.bottom - area_.top);
    constexpr std::size_t padding = 8; // a kernel reads eight samples of a row
    samples_.reserve(count + padding);
    for (int y = area_.top; y < area_.bottom; ++y) {
        const sample* const row = at(where, area_.left, y);
        samples_.insert(samples_.end(), row, row + stride_);
    }
    samples_.resize(count + padding);
    mask_.assign(count + padding, known_colour);
    for (std::uint32_t i = where.hole_rows()[static_cast<std::size_t>(area_.top)];
         i < where.hole_rows()[static_cast<std::size_t>(area_.bottom)]; ++i)
        if (const point here = where.hole_pixels()[i]; here.x >= area_.left && here.x < area_.right)
            mask_[index_of(here.x, here.y)] = {};
}

bool copy_costs::known_pixels::are_under(point centre) const {
    for (int y = centre.y - patch_radius; y <= centre.y + patch_radius; ++y)
        for (int x = centre.x - patch_radius; x <= centre.x + patch_radius; ++x)
            if (mask_[index_of(x, y)] == known_colour)
                return true;
    return false;
}

std::int64_t copy_costs::known_pixels::distance(point centre, offset way) const {
    const int left = centre.x - patch_radius;
    const int top = centre.y - patch_radius;
    return kernel_.masked(&samples_[index_of(left, top)], at(where_, left + way.dx, top + way.dy),
                          &mask_[index_of(left, top)], stride_,
                          static_cast<std::size_t>(where_.size().width), match::cost_max);
}

copy_costs::copy_costs(const level& where, std::span<const std::uint32_t> targets,
                       const field& before)
    : where_(where), targets_(targets), centres_(centres_of(where, targets)),
      known_(where, centres_) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const point source = before.matches[targets[i]].source;
        textures_.push_back(at(where, source.x, source.y)->texture);
        sees_known_.push_back(known_.are_under(centres_[i]));
    }
}

offset copy_costs::way_in(const field& matches, std::uint32_t i) const {
    const point source = matches.matches[targets_[i]].source;
    return {source.x - centres_[i].x, source.y - centres_[i].y};
}

std::int64_t copy_costs::alone(std::uint32_t i, offset way) const {
    const sample* const source = at(where_, centres_[i].x + way.dx, centres_[i].y + way.dy);
    const std::int64_t lost = std::max(0, textures_[i] - source->texture);
    return texture_weight * lost * lost + (sees_known_[i] ? known_.distance(centres_[i], way) : 0);
}

// Where a neighbour may use an offset, all that is read is within its patch.
std::int64_t copy_costs::step(std::uint32_t i, offset one, offset other) const {
    static_assert(seam_radius + 1 <= patch_radius);
    std::int64_t sum = 0;
    for (int y = centres_[i].y - seam_radius; y <= centres_[i].y + seam_radius; ++y) {
        const int x = centres_[i].x - seam_radius;
        const sample* const row = at(where_, x + one.dx, y + one.dy);
        const sample* const beside = at(where_, x + other.dx, y + other.dy);
        for (int k = 0; k <= 2 * seam_radius; ++k) {
            const int red = row[k].red - beside[k].red;
            const int green = row[k].green - beside[k].green;
            const int blue = row[k].blue - beside[k].blue;
            sum += red * red + green * green + blue * blue;
        }
    }
    return sum * patch_area / seam_area;
}

} // namespace perdure::inpaint
