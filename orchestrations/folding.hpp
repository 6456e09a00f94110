// SPDX-License-Identifier: Apache-2.0
// The folding example: six chained activities, and a count of how often the code between them ran.
//
// An engine that replays at every step runs the first stretch six times, the second five times, and
// so on: 21 in all. Here a waiting coroutine stays in memory and goes on where it stood: 6. Only
// after a restart it is rebuilt, once, which adds the stretches that had run before.
#pragma once

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <atomic>

namespace patterns {

/// Folds the digits 1 to 6 into the number 123456.
inline constexpr perdure::orchestration<int()> fold_six{"fold_six"};

/// How often a stretch of fold_six ran in this process. It is outside of what is durable, which an
/// orchestration must normally not touch: the point of this one is to look at the engine.
std::atomic<int>& fold_evaluations() noexcept;

void register_folding(perdure::registry& functions);

} // namespace patterns
