// SPDX-License-Identifier: Apache-2.0
// Activities of the patterns "function chaining" and "fan-out/fan-in": plain functions with a
// declared name. Look at how a declaration carries the signature that every call is checked
// against.
#pragma once

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <string>

namespace patterns {

inline constexpr perdure::activity<std::string(std::string)> say_hello{"say_hello"};

/// The number of words in a text.
inline constexpr perdure::activity<int(std::string)> count_words{"count_words"};

void register_greetings(perdure::registry& functions);

} // namespace patterns
