// SPDX-License-Identifier: Apache-2.0
// What search() and search_whole() have in common.
#pragma once

#include <span>

#include "far_search.hpp"
#include "perdure/inpaint/steps.hpp"

namespace perdure::inpaint {

/// search() where it has been looked far already.
search_result search_slice(const level& where, const field& previous, const colours& current,
                           std::span<const far_match> far, const slice_range& slice,
                           const pass& now, const settings& chosen);

} // namespace perdure::inpaint
