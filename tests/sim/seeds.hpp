// SPDX-License-Identifier: Apache-2.0
// `perdure-sim --seeds A..B`: simulates the whole engine, once a seed.
#pragma once

#include "sim/command.hpp"

namespace perdure::sim {

command seeds_command();

} // namespace perdure::sim
