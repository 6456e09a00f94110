// SPDX-License-Identifier: Apache-2.0
// Stored bytes as text for people.
#pragma once

#include "store/store.hpp"

#include <string>
#include <string_view>

namespace perdure::store {

/// A key in readable form, such as `order-7 step 3`.
std::string printable(table where, std::string_view key);
/// Text with everything unprintable escaped.
std::string escaped(std::string_view text);

} // namespace perdure::store
