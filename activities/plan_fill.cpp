// SPDX-License-Identifier: Apache-2.0
#include "activities/plan_fill.hpp"

#include <perdure/inpaint/validate.hpp>

namespace erasing {
namespace {

fill_plan plan_of(decoded_values& decoded, perdure::activity_context& ctx,
                  const plan_request& asked) {
    const auto& sources = asked.sources;
    pixels::validate_settings(sources.settings);
    const auto markup = decoded.markup(ctx, sources.markup.file);
    pixels::validate_markup(sources.photo.size, *markup);
    for (std::size_t i = 0; i < sources.donors.size(); ++i)
        pixels::validate_donor(*markup, *decoded.markup(ctx, sources.donors[i].file),
                               "donor " + std::to_string(i + 1));
    fill_plan planned;
    planned.levels = pixels::plan(*markup, sources.settings);
    for (const auto& each : planned.levels.levels)
        planned.slice_counts.push_back(each.target_count < asked.sliced_targets_min
                                           ? 1
                                           : pixels::slice_count(each, asked.slices_max));
    return planned;
}

} // namespace

void add_plan_fill(perdure::registry& functions, const decoded_pointer& decoded) {
    functions.add(plan_fill, [decoded](perdure::activity_context& ctx, plan_request asked) {
        return plan_of(*decoded, ctx, asked);
    });
}

} // namespace erasing
