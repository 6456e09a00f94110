// SPDX-License-Identifier: Apache-2.0
// The activity of the folding example: one step of a fold, so simple that nothing but the engine
// takes time.
#pragma once

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

namespace patterns {

/// Appends a decimal digit to a number: 12 and 3 give 123.
inline constexpr perdure::activity<int(int, int)> append_digit{"append_digit"};

void register_fold(perdure::registry& functions);

} // namespace patterns
