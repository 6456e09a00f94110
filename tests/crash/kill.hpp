// SPDX-License-Identifier: Apache-2.0
// `perdure-sim kill`: real processes, killed with SIGKILL at random moments.
#pragma once

#include "sim/command.hpp"

namespace perdure::crash {

sim::command kill_command();

} // namespace perdure::crash
