// SPDX-License-Identifier: Apache-2.0
// Where the field of a level comes from: at the coarsest level from scratch, several times over; at
// every other from the level above it.
#pragma once

#include "activities/decoded.hpp"

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

namespace erasing {

/// One of the independent starts at the coarsest level.
inline constexpr perdure::activity<solved_start(start_request)> solve_start{"solve_start"};

/// The solved field of a level, carried to the next finer one.
inline constexpr perdure::activity<perdure::blob(scale_request)> scale_field{"scale_field"};

/// What the activity makes, for those that go on with it.
pixels::field scaled_field(decoded_values& decoded, perdure::activity_context& ctx,
                           const scale_request& asked);

void add_start_field(perdure::registry& functions, const decoded_pointer& decoded);

} // namespace erasing
