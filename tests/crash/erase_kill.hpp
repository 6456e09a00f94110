// SPDX-License-Identifier: Apache-2.0
// `perdure-sim kill --erase`: kills `erase` at random moments and runs it again until it is
// through. Each time the picture must be, byte for byte, that of an undisturbed run.
#pragma once

#include "sim/command.hpp"

namespace perdure::crash {

/// The exit status. Takes --cycles, --seconds, --seed, --photo, --markup, --json.
int kill_erase(sim::arguments& given);

} // namespace perdure::crash
