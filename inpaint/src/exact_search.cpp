// SPDX-License-Identifier: Apache-2.0
#include "exact_search.hpp"

#include <algorithm>
#include <iterator>

#include "sliding_search.hpp"

namespace perdure::inpaint {

exact_search::exact_search(const level& where)
    : where_(where), kernel_(distance_kernel_in_use()), lack_(where),
      corners_(where.source_sets().size()) {
    for (std::size_t set = 0; set < corners_.size(); ++set) {
        const source_set& allowed = where.source_sets()[set];
        const source_set::box_type& box = allowed.box();
        for (int y = box.top; y < box.bottom; ++y)
            for (int x = box.left; x < box.right; ++x)
                if (allowed.contains(x, y))
                    corners_[set].push_back(
                        corner_of({static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)}));
    }
}

std::uint32_t exact_search::cost_of(std::uint32_t target, const canvas& painted,
                                    point source) const {
    const point here = where_.targets()[target];
    const std::uint32_t distance =
        kernel_.whole(painted.at(here.x - patch_radius, here.y - patch_radius),
                      where_.samples().data() + corner_of(source), painted.stride(),
                      static_cast<std::size_t>(where_.size().width), match::cost_max);
    return std::min(match::cost_max, distance + lack_.cost(target, source));
}

void exact_search::improve(std::span<const std::uint32_t> targets, const canvas& painted,
                           field& matches) const {
    for (std::size_t set = 0; set < corners_.size(); ++set) {
        std::vector<std::uint32_t> own;
        std::ranges::copy_if(targets, std::back_inserter(own), [&](std::uint32_t target) {
            return where_.set_of_target(target) == set;
        });
        if (own.empty())
            continue;
        sliding_search sliding(where_, where_.source_sets()[set], painted);
        for (const std::uint32_t target : own)
            sliding.want(where_.targets()[target], matches.matches[target].cost);
        sliding.search();
        for (const std::uint32_t target : own) {
            match& known = matches.matches[target];
            match nearest = sliding.nearest(where_.targets()[target], known);
            const std::uint32_t cost = nearest.cost + lack_.cost(target, nearest.source);
            nearest.cost = cost & match::cost_max;
            if (cost < known.cost)
                known = nearest;
        }
    }
}

point exact_search::nearest_by_known(std::uint32_t target, const canvas& painted,
                                     const canvas& known) const {
    return nearest_below(target, painted, &known, {{}, match::cost_max, false}).source;
}

match exact_search::nearest_below(std::uint32_t target, const canvas& painted, const canvas* known,
                                  match best) const {
    const int left = where_.targets()[target].x - patch_radius;
    const int top = where_.targets()[target].y - patch_radius;
    const auto stride = static_cast<std::uint32_t>(where_.size().width);
    const patch_view wanted{painted.at(left, top), painted.stride()};
    const sample* mask = known == nullptr ? nullptr : known->at(left, top);
    std::span<const std::uint32_t> corners = corners_[where_.set_of_target(target)];
    std::uint32_t cost = best.cost;
    for (;;) {
        const std::size_t found =
            kernel_.first_below(wanted, mask, {where_.samples().data(), stride, corners}, cost);
        if (found == corners.size())
            return best;
        const std::uint32_t corner = corners[found];
        best = {{static_cast<std::uint16_t>(corner % stride + patch_radius),
                 static_cast<std::uint16_t>(corner / stride + patch_radius)},
                cost & match::cost_max,
                false};
        corners = corners.subspan(found + 1);
    }
}

std::uint64_t exact_search::comparison_count(const level& where) {
    return where.source_sets()[0].count() * where.targets().size();
}

std::uint32_t exact_search::corner_of(point source) const {
    return static_cast<std::uint32_t>((source.y - patch_radius) * where_.size().width + source.x -
                                      patch_radius);
}

} // namespace perdure::inpaint
