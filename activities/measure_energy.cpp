// SPDX-License-Identifier: Apache-2.0
#include "activities/finish_picture.hpp"

#include "activities/decoded.hpp"

#include <perdure/inpaint/steps.hpp>

namespace erasing {
namespace {

perdure::blob paste(perdure::activity_context& ctx, paste_request asked) {
    const auto photo = picture_of(ctx, asked.photo);
    const auto markup = markup_of(ctx, asked.markup);
    const auto finest = colours_of(ctx, asked.finest);
    return ctx.put(pixels::paste(*photo, *markup, *finest).encode());
}

std::uint64_t measure(perdure::activity_context& ctx, energy_request asked) {
    const auto finest = level_of(ctx, asked.finest);
    const auto matches = field_of(ctx, asked.matches);
    return pixels::energy(*finest, *matches, *colours_of(ctx, asked.colours));
}

} // namespace

void add_finish_picture(perdure::registry& functions) {
    functions.add(paste_picture, paste);
    functions.add(measure_energy, measure);
}

} // namespace erasing
