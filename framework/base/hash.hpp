// SPDX-License-Identifier: Apache-2.0
// Content hashes: blobs are named by the SHA-256 of their bytes.
#pragma once

#include <perdure/payload.hpp>

#include <string_view>

namespace perdure::base {

blob content_hash(std::string_view data);

} // namespace perdure::base
