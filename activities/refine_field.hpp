// SPDX-License-Identifier: Apache-2.0
// The work of a pass: search better matches slice by slice, then vote the colours slice by slice.
// Every slice reads only what the previous step left, so slices run in any order, any number of
// times, anywhere.
#pragma once

#include "activities/fill_values.hpp"

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <cstdint>
#include <vector>

namespace erasing {

inline constexpr perdure::activity<slice_answer(slice_request)> search_slice{"search_slice"};
inline constexpr perdure::activity<slice_answer(slice_request)> vote_slice{"vote_slice"};

/// For a level that is a single slice: the steps from the asked pass on, until the level is done or
/// a fair amount of work (refine_targets_max) has been done. Answers in order: the first vote if
/// there are no colours yet, then search, vote, search, vote.
inline constexpr perdure::activity<std::vector<slice_answer>(slice_request)> refine_whole{
    "refine_whole"};
/// Targets times passes that one refine_whole takes on, about 0.2 seconds of one core; what a crash
/// may cost.
inline constexpr std::uint64_t refine_targets_max = 200'000;

/// `threads`: of this process, for a level that is a single slice.
void add_refine_field(perdure::registry& functions, int threads);

} // namespace erasing
