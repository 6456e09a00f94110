// SPDX-License-Identifier: Apache-2.0
#include "exact_search.hpp"

namespace perdure::inpaint {

exact_search::exact_search(const level& where)
    : where_(where), kernel_(distance_kernel_in_use()), sources_(where.source_sets().size()) {
    for (std::size_t set = 0; set < sources_.size(); ++set) {
        const source_set& allowed = where.source_sets()[set];
        const source_set::box_type& box = allowed.box();
        for (int y = box.top; y < box.bottom; ++y)
            for (int x = box.left; x < box.right; ++x)
                if (allowed.contains(x, y))
                    sources_[set].push_back(
                        {static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)});
    }
}

std::uint32_t exact_search::cost_of(std::uint32_t target, const canvas& painted,
                                    point source) const {
    return cost_of(target, painted, source, match::cost_max);
}

match exact_search::nearest(std::uint32_t target, const canvas& painted, point known) const {
    match best{known, cost_of(target, painted, known) & match::cost_max, false};
    for (const point& each : sources_[where_.set_of_target(target)]) {
        const std::uint32_t cost = cost_of(target, painted, each, best.cost);
        if (cost < best.cost)
            best = {each, cost & match::cost_max, false};
    }
    return best;
}

point exact_search::nearest_by_known(std::uint32_t target, const canvas& painted,
                                     const canvas& known) const {
    const int left = where_.targets()[target].x - patch_radius;
    const int top = where_.targets()[target].y - patch_radius;
    match best{{}, match::cost_max, false};
    for (const point& each : sources_[where_.set_of_target(target)]) {
        const std::uint32_t cost = kernel_.masked(
            painted.at(left, top), patch_at(each), known.at(left, top), painted.stride(),
            static_cast<std::size_t>(where_.size().width), best.cost);
        if (cost < best.cost)
            best = {each, cost & match::cost_max, false};
    }
    return best.source;
}

std::uint64_t exact_search::comparison_count(const level& where) {
    return where.source_sets()[0].count() * where.targets().size();
}

std::uint32_t exact_search::cost_of(std::uint32_t target, const canvas& painted, point source,
                                    std::uint32_t limit) const {
    const point here = where_.targets()[target];
    return kernel_.whole(painted.at(here.x - patch_radius, here.y - patch_radius), patch_at(source),
                         painted.stride(), static_cast<std::size_t>(where_.size().width), limit);
}

const sample* exact_search::patch_at(point source) const {
    return where_.samples().data() +
           static_cast<std::size_t>(source.y - patch_radius) *
               static_cast<std::size_t>(where_.size().width) +
           static_cast<std::size_t>(source.x - patch_radius);
}

} // namespace perdure::inpaint
