// SPDX-License-Identifier: Apache-2.0
// The work of a pass: search better matches slice by slice, then vote the colours slice by slice.
// Every slice reads only what the previous step left, so slices run in any order, any number of
// times, anywhere.
#pragma once

#include "activities/decoded.hpp"

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <cstdint>

namespace erasing {

inline constexpr perdure::activity<slice_answer(slice_request)> search_slice{"search_slice"};
inline constexpr perdure::activity<slice_answer(slice_request)> vote_slice{"vote_slice"};

/// For a level that is a single slice: the passes from the asked one on, until the level is done or
/// a fair amount of work has been done. Begins with scaling and the first vote where they are due,
/// so that a small level costs one commit. Only what the last pass left is stored.
inline constexpr perdure::activity<whole_answer(whole_request)> refine_whole{"refine_whole"};
/// What one refine_whole takes on, and a crash may cost: matches that it changes, and for each
/// eight that it looks at one more. About half a second of one core.
inline constexpr std::uint64_t refine_work_max = 400'000;

void add_refine_field(perdure::registry& functions, const decoded_pointer& decoded);

} // namespace erasing
