// SPDX-License-Identifier: Apache-2.0
// Regions that are copied as one, with seams between them where they are hardly seen. Passes change
// one target at a time and end in a patchwork: no single target is better off elsewhere, though
// many would be together. A cut moves many at once.
#pragma once

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"
#include "perdure/inpaint/settings.hpp"

namespace perdure::inpaint {

/// Cuts the parts of the hole that are to be cut at this level: each at the finest one, from
/// settings::cut_level_min on, at which it has no more than settings::cut_targets_max targets,
/// levels 0 and 1 counting as one. The most frequent offsets between targets and sources of a part,
/// and some drawn ones that suit its border, are offered to all its targets one by one. Those take
/// it that lower the energy by that: what the known pixels under a patch differ by from its source,
/// the texture that is lost, and how much two copies differ where they meet. (Alpha expansion:
/// Boykov, Veksler, Zabih, PAMI 2001. Few offsets suffice: He, Sun, ECCV 2012. Seams: Kwatra et
/// al., SIGGRAPH 2003. Half of the offers on their own, then both together: fusion moves, Lempitsky
/// et al., PAMI 2010.) `matches` is whole; costs stay as they are.
void cut_parts(const level& where, const settings& chosen, int threads, field& matches);

} // namespace perdure::inpaint
