// SPDX-License-Identifier: Apache-2.0
// Carries a field to the next finer level: every target takes the source of the coarse target it
// lies in, moved by its own place within it. Costs are carried over; the next search renews them.
#include <algorithm>

#include "canvas.hpp"
#include "cut_parts.hpp"
#include "late_parts.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/steps.hpp"
#include "random.hpp"
#include "source_draw.hpp"

namespace perdure::inpaint {

namespace {

// Rounding at the hole's edge moves a source by a pixel or two.
constexpr int nudge_max = 3;

bool nudge_to_allowed(const source_set& allowed, int x, int y, point& found) {
    for (int reach = 0; reach <= nudge_max; ++reach)
        for (int dy = -reach; dy <= reach; ++dy)
            for (int dx = -reach; dx <= reach; ++dx)
                if (allowed.contains(x + dx, y + dy)) {
                    found = {static_cast<std::uint16_t>(x + dx),
                             static_cast<std::uint16_t>(y + dy)};
                    return true;
                }
    return false;
}

} // namespace

field scale_field(const level& coarse, const field& solved, const level& fine,
                  const settings& chosen, int threads) {
    require_whole(coarse, solved, 0, coarse.size().height);
    if (coarse.index() != fine.index() + 1)
        throw image_error("a field can only be carried to the next finer level; scale level by "
                          "level");
    const target_map map(coarse, 0, coarse.size().height);
    const std::uint64_t key = mix(chosen.seed ^ mix(static_cast<std::uint64_t>(fine.index())));
    const int right = coarse.size().width - 1 - patch_radius;
    const int bottom = coarse.size().height - 1 - patch_radius;
    field scaled;
    scaled.matches.resize(fine.targets().size());
    for (std::uint32_t i = 0; i < scaled.matches.size(); ++i) {
        const point here = fine.targets()[i];
        const int x = std::clamp(here.x / 2, patch_radius, right);
        const int y = std::clamp(here.y / 2, patch_radius, bottom);
        const source_set& allowed = fine.source_sets()[fine.set_of_target(i)];
        match& made = scaled.matches[i];
        const std::uint32_t target = map.at(x, y);
        if (target != target_map::none) {
            const match& above = solved.matches[target];
            made.cost = above.cost;
            if (nudge_to_allowed(allowed, 2 * above.source.x + here.x - 2 * x,
                                 2 * above.source.y + here.y - 2 * y, made.source))
                continue;
        }
        random_stream random = stream_at(key, here.x, here.y);
        made.source = draw_source(allowed, random);
    }
    start_late_parts(coarse, fine, chosen, threads, scaled);
    cut_parts(fine, chosen, threads, scaled);
    return scaled;
}

} // namespace perdure::inpaint
