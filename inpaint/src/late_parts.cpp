// SPDX-License-Identifier: Apache-2.0
// A late part is cut out of the level with its surroundings and solved like a coarsest level.
#include "late_parts.hpp"

#include <algorithm>
#include <vector>

#include "canvas.hpp"
#include "hole_parts.hpp"
#include "level_builder.hpp"
#include "perdure/inpaint/steps.hpp"
#include "perdure/inpaint/workers.hpp"
#include "start.hpp"

namespace perdure::inpaint {

namespace {

// A part starts where it is as deep as a patch is wide.
constexpr int depth_seen = patch_side;
// Deeper ones were seen at the coarser level.
constexpr int depth_late_max = 2 * depth_seen;
// What fits into a hole is near it.
constexpr int surroundings = 40;
// Of a narrow tolerance. Others, or more of them, are no better on the whole.
constexpr int late_start = 1;
// A larger part takes long: of so many as are cut.
constexpr int cut_targets_share = 4;
constexpr std::uint64_t own_sources_min = 256;

int depth_at(const level& coarse, const target_map& targets, point fine) {
    const std::uint32_t target =
        targets.at(std::clamp(fine.x / 2, patch_radius, coarse.size().width - 1 - patch_radius),
                   std::clamp(fine.y / 2, patch_radius, coarse.size().height - 1 - patch_radius));
    return target == target_map::none ? 0 : coarse.target_depths()[target];
}

std::vector<std::uint32_t> find_late(const level& coarse, const level& fine, hole_parts& parts) {
    const auto depths = fine.target_depths();
    std::vector<std::uint8_t> deepest(depths.size());
    for (std::uint32_t i = 0; i < depths.size(); ++i) {
        std::uint8_t& of_part = deepest[parts.of(i)];
        of_part = std::max(of_part, depths[i]);
    }
    const auto may_be_late = [&](std::uint32_t part) {
        return deepest[part] >= depth_seen && deepest[part] <= depth_late_max;
    };
    std::vector<bool> was_seen(depths.size());
    const target_map above(coarse, 0, coarse.size().height);
    for (std::uint32_t i = 0; i < depths.size(); ++i)
        if (const std::uint32_t part = parts.of(i); may_be_late(part) && !was_seen[part])
            was_seen[part] = depth_at(coarse, above, fine.targets()[i]) >= depth_seen;
    std::vector<std::uint32_t> late;
    for (std::uint32_t i = 0; i < depths.size(); ++i)
        if (parts.of(i) == i && may_be_late(i) && !was_seen[i])
            late.push_back(i);
    return late;
}

/// A piece of a level as a level of its own.
level cut_out(const level& from, source_set::box_type box) {
    mask hole(box.right - box.left, box.bottom - box.top);
    const auto rows = from.hole_rows();
    for (std::uint32_t i = rows[static_cast<std::size_t>(box.top)];
         i < rows[static_cast<std::size_t>(box.bottom)]; ++i)
        if (const point here = from.hole_pixels()[i]; here.x >= box.left && here.x < box.right)
            hole.set(here.x - box.left, here.y - box.top);
    level_builder builder(from.index(), hole.size);
    auto out = builder.samples().begin();
    const auto width = static_cast<std::size_t>(from.size().width);
    for (int y = box.top; y < box.bottom; ++y) {
        const auto row = from.samples().subspan(static_cast<std::size_t>(y) * width +
                                                    static_cast<std::size_t>(box.left),
                                                static_cast<std::size_t>(box.right - box.left));
        out = std::copy(row.begin(), row.end(), out);
    }
    return builder.finish(hole);
}

void start_late(const level& fine, std::span<const std::uint32_t> targets, const settings& chosen,
                field& scaled) {
    source_set::box_type box{fine.size().width, 0, 0, 0};
    box.top = fine.targets()[targets.front()].y;
    box.bottom = fine.targets()[targets.back()].y + 1;
    for (const std::uint32_t each : targets) {
        box.left = std::min<int>(box.left, fine.targets()[each].x);
        box.right = std::max<int>(box.right, fine.targets()[each].x + 1);
    }
    box = {std::max(0, box.left - surroundings), std::max(0, box.top - surroundings),
           std::min(fine.size().width, box.right + surroundings),
           std::min(fine.size().height, box.bottom + surroundings)};
    const level alone = cut_out(fine, box);
    if (alone.source_sets()[0].count() < own_sources_min)
        return;
    const target_map map(alone, 0, alone.size().height);
    // What was carried knows how lines go on. What is no match for the known pixels is soon left.
    field guess = random_field(alone, chosen.seed);
    for (const std::uint32_t each : targets) {
        const point here = fine.targets()[each];
        const int x = scaled.matches[each].source.x - box.left;
        const int y = scaled.matches[each].source.y - box.top;
        if (alone.source_sets()[0].contains(x, y))
            guess.matches[map.at(here.x - box.left, here.y - box.top)].source = {
                static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)};
    }
    const field solved = solve_from(alone, guess, chosen, late_start).matches;
    for (const std::uint32_t each : targets) {
        const point here = fine.targets()[each];
        const match& found = solved.matches[map.at(here.x - box.left, here.y - box.top)];
        scaled.matches[each] = {{static_cast<std::uint16_t>(found.source.x + box.left),
                                 static_cast<std::uint16_t>(found.source.y + box.top)},
                                found.cost,
                                false};
    }
}

} // namespace

void start_late_parts(const level& coarse, const level& fine, const settings& chosen, int threads,
                      field& scaled) {
    if (fine.source_sets().size() > 1 || fine.targets().empty())
        return;
    hole_parts parts(fine);
    const std::vector<std::uint32_t> late = find_late(coarse, fine, parts);
    if (late.empty())
        return;
    std::vector<std::vector<std::uint32_t>> targets = parts.targets_of(late);
    const auto targets_max = static_cast<std::size_t>(chosen.cut_targets_max / cut_targets_share);
    std::erase_if(targets, [&](const auto& each) { return each.size() > targets_max; });
    run_parallel(threads, static_cast<int>(targets.size()), [&](int part) {
        start_late(fine, targets[static_cast<std::size_t>(part)], chosen, scaled);
    });
}

} // namespace perdure::inpaint
