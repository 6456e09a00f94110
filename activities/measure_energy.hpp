// SPDX-License-Identifier: Apache-2.0
// The end of a fill: the finest colours go into the picture, and how good they are is measured.
#pragma once

#include "activities/fill_values.hpp"

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <cstdint>

namespace erasing {

/// The finished picture, in the pixel library's own form (image::encode), which every file format
/// can be made from.
inline constexpr perdure::activity<perdure::blob(paste_request)> paste_picture{"paste_picture"};

/// The energy of the finished picture, in thousandths.
inline constexpr perdure::activity<std::uint64_t(energy_request)> measure_energy{"measure_energy"};

void add_finish_picture(perdure::registry& functions);

} // namespace erasing
