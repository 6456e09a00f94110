// SPDX-License-Identifier: Apache-2.0
// Continuation tokens: where a page of a query ended, in a form that clients keep and give back,
// and that is refused if it is anything else.
#pragma once

#include <string>
#include <string_view>

namespace perdure::engine {

/// For the rows after `key` of the query with that fingerprint.
std::string token_of(std::string_view key, std::string_view fingerprint);
/// Throws error (invalid_argument) unless the token was made for that query.
std::string key_of_token(std::string_view token, std::string_view fingerprint);

} // namespace perdure::engine
