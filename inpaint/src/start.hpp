// SPDX-License-Identifier: Apache-2.0
// Parts of solve_start() for those who begin with a guess of their own.
#pragma once

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"
#include "perdure/inpaint/settings.hpp"
#include "perdure/inpaint/steps.hpp"

namespace perdure::inpaint {

/// Every target copies from anywhere.
field random_field(const level& where, std::uint64_t seed);

/// A peel of the level whose patches look first where `guess` says.
start_result solve_from(const level& where, const field& guess, const settings& chosen, int start);

} // namespace perdure::inpaint
