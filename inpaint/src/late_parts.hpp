// SPDX-License-Identifier: Apache-2.0
// Parts of a hole that the coarsest level saw as a few pixels. There hardly any patch shows just
// what lies around such a part, and no finer level finds out of what it was filled with. So it
// starts anew where it is as deep as a patch is wide, as if it was the only one, from what is near.
#pragma once

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// Gives the targets of parts that can be seen at `fine`, but not at `coarse` yet, new matches.
/// `scaled` is whole. `coarse` needs no samples. Leaves everything as it is when there are donors.
void start_late_parts(const level& coarse, const level& fine, const settings& chosen, int threads,
                      field& scaled);

} // namespace perdure::inpaint
