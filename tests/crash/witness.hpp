// SPDX-License-Identifier: Apache-2.0
// The oracle of this process, for code that nothing can be handed to: registered functions.
#pragma once

#include "crash/oracle.hpp"

namespace perdure::crash {

/// To be set before a hub is opened. Null where histories are only replayed.
oracle*& witness();

/// Ends this process if there is a witness and it is its turn to die here.
void pass(site here);

} // namespace perdure::crash
