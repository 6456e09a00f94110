// SPDX-License-Identifier: Apache-2.0
// The end of a fill: how good the finest colours are.
#pragma once

#include "activities/decoded.hpp"

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <cstdint>

namespace erasing {

/// The energy of the finished picture, in thousandths.
inline constexpr perdure::activity<std::uint64_t(energy_request)> measure_energy{"measure_energy"};

void add_measure_energy(perdure::registry& functions, const decoded_pointer& decoded);

} // namespace erasing
