// SPDX-License-Identifier: Apache-2.0
// The manifest of a database after a power cut: what was appended and never synced may be garbage,
// and RocksDB then refuses the whole database. The garbage can be cut off, if it is the end.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace perdure::store {

/// How far a RocksDB manifest can be read: the end of the last record before one that can't.
std::size_t readable_bytes(std::string_view manifest);

/// How many bytes to keep of a manifest (log_records.hpp) whose end can't be read: all complete
/// records before it. Nothing if there is no such end, if nothing would be left, or if a record
/// that can be read follows: then the damage is in the middle, and what lies behind it was synced.
std::optional<std::size_t> readable_prefix(std::string_view manifest);

} // namespace perdure::store
