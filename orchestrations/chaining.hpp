// SPDX-License-Identifier: Apache-2.0
// Pattern "function chaining": activities one after the other, each with what the one before gave.
// Look at the coroutine: a sequence of calls is written as a sequence, and the process may die
// between any two of them.
#pragma once

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <string>
#include <vector>

namespace patterns {

/// Greets three cities, in order.
inline constexpr perdure::orchestration<std::vector<std::string>()> hello_cities{"hello_cities"};

/// Greets a guest, then the greeting: the output of one activity is the input of the next.
inline constexpr perdure::orchestration<std::string(std::string)> hello_twice{"hello_twice"};

void register_chaining(perdure::registry& functions);

} // namespace patterns
