// SPDX-License-Identifier: Apache-2.0
#include "activities/build_pyramid.hpp"

#include "activities/decoded.hpp"

#include <perdure/inpaint/validate.hpp>

#include <algorithm>
#include <utility>

namespace erasing {
namespace {

fill_plan plan_of(perdure::activity_context& ctx, plan_request asked) {
    const auto& sources = asked.sources;
    pixels::validate_settings(sources.settings);
    const auto markup = markup_of(ctx, sources.markup);
    pixels::validate_markup(sources.photo.size, *markup);
    for (std::size_t i = 0; i < sources.donors.size(); ++i)
        pixels::validate_donor(*markup, *markup_of(ctx, sources.donors[i]),
                               "donor " + std::to_string(i + 1));
    fill_plan planned;
    planned.levels = pixels::plan(*markup, sources.settings);
    for (const auto& each : planned.levels.levels)
        planned.slice_counts.push_back(each.target_count < asked.sliced_targets_min
                                           ? 1
                                           : pixels::slice_count(each, asked.slices_max));
    return planned;
}

perdure::blob level_for(perdure::activity_context& ctx, build_request asked) {
    const auto photo = picture_of(ctx, asked.sources.photo);
    const auto markup = markup_of(ctx, asked.sources.markup);
    std::vector<pixels::mask> donors;
    for (const auto& each : asked.sources.donors)
        donors.push_back(*markup_of(ctx, each));
    pixels::level built = pixels::build_level(*photo, *markup, donors, asked.levels, asked.index,
                                              asked.sources.settings);
    const perdure::blob name = ctx.put(built.encode());
    remember(name, std::move(built));
    return name;
}

} // namespace

void add_build_pyramid(perdure::registry& functions) {
    functions.add(plan_fill, plan_of);
    functions.add(build_level, level_for);
}

} // namespace erasing
