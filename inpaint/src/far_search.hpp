// SPDX-License-Identifier: Apache-2.0
// PatchMatch finds what is near to a match, or what chance meets. What fits best at the rim of the
// hole, or across a seam between two copies, is somewhere else in the picture. So the targets that
// fit worst are sorted by what they look like, and sources from all over the picture are compared
// with those that look like them.
#pragma once

#include <cstdint>
#include <vector>

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"
#include "perdure/inpaint/pass.hpp"
#include "perdure/inpaint/settings.hpp"
#include "perdure/inpaint/workers.hpp"

namespace perdure::inpaint {

/// A better match than a target had.
struct far_match {
    std::uint32_t target;
    match found;

    bool operator==(const far_match&) const = default;
};

/// Whether a pass does that: the first of its mode at one of the two finest levels.
bool looks_far(const level& where, const pass& now, const settings& chosen);

/// Better matches for some targets, in their order; none unless the pass looks far. Of a grid over
/// the picture about settings::far_sources points are tried, for the targets that fit worse than
/// the mean. These targets are the leaves of a kd-tree through which the sources fall: targets are
/// few and sources many, so that takes less time and memory than a tree of sources. (Of such:
/// Olonetsky and Avidan, "TreeCANN", ECCV 2012; He and Sun, "Propagation-Assisted KD-Trees", CVPR
/// 2012.) PatchMatch is to move what is found to the pixels between. Does not depend on the number
/// of helpers. Throws image_error unless field and colours are whole.
std::vector<far_match> look_far(const level& where, const field& previous, const colours& current,
                                const pass& now, const settings& chosen, crew& helpers);

} // namespace perdure::inpaint
