// SPDX-License-Identifier: Apache-2.0
#include "activities/finish_fill.hpp"

#include <perdure/inpaint/steps.hpp>

#include <utility>

namespace erasing {
namespace {

finished_fill finish(decoded_values& decoded, perdure::activity_context& ctx,
                     const finish_request& asked) {
    const auto finest = decoded.level(ctx, asked.finest);
    const pixels::field matches = decoded.last_field(ctx, asked.matches);
    pixels::colours colours = decoded.last_colours(ctx, asked.colours);
    colours = pixels::restore_contrast(*finest, matches, colours, decoded.threads());
    colours = pixels::even_light(*finest, matches, std::move(colours));
    finished_fill made;
    made.colours = ctx.put(colours.encode());
    made.energy = pixels::energy(*finest, matches, colours, decoded.threads());
    decoded.forget(asked.finest);
    return made;
}

} // namespace

void add_finish_fill(perdure::registry& functions, const decoded_pointer& decoded) {
    functions.add(finish_fill, [decoded](perdure::activity_context& ctx, finish_request asked) {
        return finish(*decoded, ctx, asked);
    });
}

} // namespace erasing
