// SPDX-License-Identifier: Apache-2.0
// From the loaded files to the levels: the plan, then each level on its own.
#pragma once

#include "activities/decoded.hpp"

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

namespace erasing {

/// Checks that markup and donors fit the photo, and says which levels there will be and how each
/// is divided. Fails with one sentence about what does not fit.
inline constexpr perdure::activity<fill_plan(plan_request)> plan_fill{"plan_fill"};

/// Makes a level ready, so that levels are built in parallel. It is kept in memory only; whoever
/// needs it after a crash builds it again.
inline constexpr perdure::activity<void(level_source)> build_level{"build_level"};

void add_build_pyramid(perdure::registry& functions, const decoded_pointer& decoded);

} // namespace erasing
