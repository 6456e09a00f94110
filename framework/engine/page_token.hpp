// SPDX-License-Identifier: Apache-2.0
// Where a page of a query ended, as text that a client keeps: the last id looked at, for one filter.
#pragma once

#include <perdure/query.hpp>

#include <string>
#include <string_view>

namespace perdure::engine {

std::string make_token(const instance_filter& of, std::string_view last_id);

/// The last id. Throws error (invalid_argument) for anything but what make_token() gave for an equal
/// filter.
std::string parse_token(const instance_filter& of, std::string_view token);

} // namespace perdure::engine
