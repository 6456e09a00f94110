// SPDX-License-Identifier: Apache-2.0
// Pattern "fan-out/fan-in": many activities at once, then one answer from all of them. Look at
// where the co_await stands: what is called runs at once, only the gathering waits.
#pragma once

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <string>
#include <vector>

namespace patterns {

/// The number of words on all pages.
inline constexpr perdure::orchestration<int(std::vector<std::string>)> count_book{"count_book"};

void register_fan_out(perdure::registry& functions);

} // namespace patterns
