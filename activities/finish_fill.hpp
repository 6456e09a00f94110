// SPDX-License-Identifier: Apache-2.0
// The end of a fill: the last touch, and how good it is.
#pragma once

#include "activities/decoded.hpp"

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

namespace erasing {

/// The finest colours with contrast restored and light evened out, and their energy.
inline constexpr perdure::activity<finished_fill(finish_request)> finish_fill{"finish_fill"};

void add_finish_fill(perdure::registry& functions, const decoded_pointer& decoded);

} // namespace erasing
