// SPDX-License-Identifier: Apache-2.0
// A first guess at a hole of which nothing is known yet: patches are copied one by one from the
// border inwards, and first where an edge runs into the hole (Criminisi, Perez and Toyama 2004). So
// lines and outlines go on until they meet, before anything else grows over them.
#pragma once

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// Compares each copied patch with every source: for small levels only.
colours guess_along_edges(const level& where);

} // namespace perdure::inpaint
