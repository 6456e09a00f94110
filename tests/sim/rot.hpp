// SPDX-License-Identifier: Apache-2.0
// `perdure-sim rot`: flips one synced bit of a hub's disk at a time, in every file, and demands
// that somebody notices whatever is lost by it.
#pragma once

#include "sim/command.hpp"

namespace perdure::sim {

command rot_command();

} // namespace perdure::sim
