// SPDX-License-Identifier: Apache-2.0
// Small parts of a hole beside large ones. The large ones decide how coarse the coarsest level is.
// A part that is but a pixel there is filled without a look at what it lies in, and no finer level
// finds out of that. So it starts anew where it can be seen, as if it was the only one.
#pragma once

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// Gives the targets of parts that can be seen at `fine`, but not at `coarse` yet, new matches.
/// `scaled` is whole. `coarse` needs no samples. Leaves everything as it is when there are donors.
void start_late_parts(const level& coarse, const level& fine, const settings& chosen, int threads,
                      field& scaled);

} // namespace perdure::inpaint
