// SPDX-License-Identifier: Apache-2.0
// Blobs as the values they hold. Level, picture and field of a pass are read by many activities
// at once; each is decoded once and kept for a while, by the name of its bytes. Nobody can notice
// except by the clock: a name never means anything else.
#pragma once

#include "activities/fill_values.hpp"

#include <perdure/activity.hpp>
#include <perdure/inpaint/field.hpp>
#include <perdure/inpaint/image.hpp>
#include <perdure/inpaint/level.hpp>

#include <memory>

namespace erasing {

/// A picture file's pixels, and its marked pixels.
std::shared_ptr<const pixels::image> picture_of(perdure::activity_context& ctx,
                                                const loaded_picture& loaded);
std::shared_ptr<const pixels::mask> markup_of(perdure::activity_context& ctx,
                                              const loaded_picture& loaded);

std::shared_ptr<const pixels::level> level_of(perdure::activity_context& ctx,
                                              const perdure::blob& name);
/// Slices joined; of no slices, an empty value.
std::shared_ptr<const pixels::field> field_of(perdure::activity_context& ctx, const slices& names);
std::shared_ptr<const pixels::colours> colours_of(perdure::activity_context& ctx,
                                                  const slices& names);

/// Keeps what has just been encoded, so that the first reader need not decode it.
void remember(const perdure::blob& name, pixels::level built);
void remember(const perdure::blob& name, pixels::field whole);

} // namespace erasing
