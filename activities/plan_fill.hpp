// SPDX-License-Identifier: Apache-2.0
// From the loaded files to what is to be done.
#pragma once

#include "activities/decoded.hpp"

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

namespace erasing {

/// Checks that markup and donors fit the photo, and says which levels there will be and how each
/// is divided. Fails with one sentence about what does not fit.
inline constexpr perdure::activity<fill_plan(plan_request)> plan_fill{"plan_fill"};

void add_plan_fill(perdure::registry& functions, const decoded_pointer& decoded);

} // namespace erasing
