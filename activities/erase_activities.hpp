// SPDX-License-Identifier: Apache-2.0
// All activities of the durable fill, for the program that opens the hub.
#pragma once

#include "activities/load_inputs.hpp"

namespace erasing {

/// `threads`: how many an activity may use that has the machine to itself.
void add_erase_activities(perdure::registry& functions, input_files files, int threads);
void add_erase_activities(perdure::registry& functions, const decoded_pointer& decoded);

} // namespace erasing
