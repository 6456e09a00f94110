// SPDX-License-Identifier: Apache-2.0
// A picture and its markup are taken apart while the finest level is built from them, and the level
// while they are put together again. Row by row, what has been read goes back to the system, so
// that both together take hardly more memory than one of them.
#pragma once

#include <span>

#include "perdure/inpaint/image.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// Rows to let go of at once: some pages each.
inline constexpr int spent_rows_min = 16;

/// Gives whole pages within these bytes back: they may hold anything from here on. The memory still
/// belongs to whoever allocated it.
void let_go(std::span<const std::byte> spent);

/// build_level() of level 0, after which the picture has no colours any more, and the markup no
/// flags.
level build_finest_level(image& picture, mask& markup, std::span<const mask> donors,
                         const level_plan& planned, const settings& chosen, int threads);

} // namespace perdure::inpaint
