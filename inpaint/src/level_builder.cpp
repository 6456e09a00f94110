// SPDX-License-Identifier: Apache-2.0
// Derives from samples, hole and donor areas what searching and voting need.
#include "level_builder.hpp"

#include <algorithm>

#include "mask_ops.hpp"
#include "patch_distance.hpp"
#include "perdure/inpaint/error.hpp"
#include "spent_memory.hpp"

namespace perdure::inpaint {

namespace {

std::size_t at(image_size size, int x, int y) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) +
           static_cast<std::size_t>(x);
}

// What set_at() holds outside the hole.
constexpr std::uint16_t no_set = 0xffff;

// The hole pixel nearest to the centre decides whose sources a patch uses; ties by scan order.
std::uint16_t set_near(image_size size, const std::vector<std::uint16_t>& set_at, point centre) {
    for (int reach = 0; reach <= patch_radius; ++reach)
        for (int y = centre.y - reach; y <= centre.y + reach; ++y)
            for (int x = centre.x - reach; x <= centre.x + reach; ++x)
                if (const std::uint16_t set = set_at[at(size, x, y)]; set != no_set)
                    return set;
    return 0;
}

} // namespace

level_builder::level_builder(int index, image_size size) {
    made_.index_ = index;
    made_.size_ = size;
    made_.samples_.resize(size.pixel_count() + sample_padding);
}

level level_builder::finish(const mask& hole, bool is_spent) {
    const image_size size = made_.size_;
    made_.hole_pixels_ = pixels_of(hole);
    made_.source_sets_.emplace_back(source_set::box_type{
        patch_radius, patch_radius, std::max(patch_radius, size.width - patch_radius),
        std::max(patch_radius, size.height - patch_radius)});
    touched_rows touched(hole);
    for (int y = 0; y < size.height; ++y) {
        list_row(y, touched.next());
        if (is_spent && (y + 1) % spent_rows_min == 0)
            let_go(std::as_bytes(std::span(hole.flags)).first(at(size, 0, y + 1)));
    }
    made_.target_rows_.push_back(static_cast<std::uint32_t>(made_.targets_.size()));
    made_.hole_rows_.push_back(static_cast<std::uint32_t>(made_.hole_pixels_.size()));
    if (made_.targets_.empty() || made_.source_sets_[0].count() == 0)
        throw image_error("a pyramid level without hole or without sources cannot be filled; "
                          "validate the markup first");
    for (const source_set& area : made_.donor_areas_)
        made_.source_sets_.push_back(sources_of_area(area));
    measure_depths();
    assign_target_sets();
    return std::move(made_);
}

void level_builder::list_row(int y, std::span<const std::uint8_t> touched) {
    const image_size size = made_.size_;
    made_.target_rows_.push_back(static_cast<std::uint32_t>(made_.targets_.size()));
    const std::uint32_t above = made_.hole_rows_.empty() ? 0 : made_.hole_rows_.back();
    std::uint32_t first = above;
    while (first < made_.hole_pixels_.size() && made_.hole_pixels_[first].y < y)
        ++first;
    made_.hole_rows_.push_back(first);
    if (y < patch_radius || y >= size.height - patch_radius)
        return;
    const int end = size.width - patch_radius;
    const auto centres = touched.first(static_cast<std::size_t>(end));
    for (int x = patch_radius; x < end;) {
        const auto touched_from =
            static_cast<int>(next_marked(centres, static_cast<std::size_t>(x)));
        if (touched_from > x)
            made_.source_sets_[0].add_run(y, x, touched_from);
        for (x = touched_from; x < end && touched[static_cast<std::size_t>(x)] != 0; ++x)
            made_.targets_.push_back(
                {static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)});
    }
}

// Targets whose centre is known have depth 0.
void level_builder::measure_depths() {
    const std::vector<std::uint8_t> depth = depths(made_.size_, made_.hole_pixels_);
    const auto order = [&](point pixel) { return at(made_.size_, pixel.x, pixel.y); };
    made_.target_depths_.reserve(made_.targets_.size());
    std::size_t next = 0;
    for (const point& target : made_.targets_) {
        while (next < depth.size() && order(made_.hole_pixels_[next]) < order(target))
            ++next;
        const bool is_hole = next < depth.size() && made_.hole_pixels_[next] == target;
        made_.target_depths_.push_back(is_hole ? depth[next] : std::uint8_t{0});
    }
}

source_set level_builder::sources_of_area(const source_set& area) const {
    const source_set& everything = made_.source_sets_[0];
    source_set allowed(area.box());
    const source_set::box_type box = area.box();
    for (int y = box.top; y < box.bottom; ++y)
        for (int x = box.left; x < box.right; ++x)
            if (area.contains(x, y) && everything.contains(x, y))
                allowed.add(x, y);
    // A small donor may hold no whole patch at a coarse level: then its surroundings have to do,
    // until a finer level brings it back into its own area.
    for (int reach = patch_side; allowed.count() == 0; reach *= 2) {
        const source_set::box_type wide{std::max(0, box.left - reach), std::max(0, box.top - reach),
                                        std::min(made_.size_.width, box.right + reach),
                                        std::min(made_.size_.height, box.bottom + reach)};
        allowed = source_set(wide);
        for (int y = wide.top; y < wide.bottom; ++y)
            for (int x = wide.left; x < wide.right; ++x)
                if (everything.contains(x, y))
                    allowed.add(x, y);
        if (reach > image_size::side_max)
            break;
    }
    return allowed;
}

void level_builder::assign_target_sets() {
    if (made_.donor_areas_.empty())
        return;
    std::vector<std::uint16_t> set_at(made_.size_.pixel_count(), no_set);
    for (std::size_t i = 0; i < made_.hole_pixels_.size(); ++i)
        set_at[at(made_.size_, made_.hole_pixels_[i].x, made_.hole_pixels_[i].y)] =
            made_.hole_sets_[i];
    made_.target_sets_.reserve(made_.targets_.size());
    for (const point& target : made_.targets_)
        made_.target_sets_.push_back(set_near(made_.size_, set_at, target));
}

} // namespace perdure::inpaint
