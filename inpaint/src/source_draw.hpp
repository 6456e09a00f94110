// SPDX-License-Identifier: Apache-2.0
// Picking allowed sources, and the check that a field only holds such.
#pragma once

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"
#include "random.hpp"

namespace perdure::inpaint {

/// An allowed source, about evenly spread. The set must not be empty.
point draw_source(const source_set& allowed, random_stream& random);

/// Throws image_error unless there is one match per target, and those of targets centred in rows
/// [row_begin, row_end), cut to the level, have allowed sources.
void require_whole(const level& where, const field& matches, int row_begin, int row_end);

} // namespace perdure::inpaint
