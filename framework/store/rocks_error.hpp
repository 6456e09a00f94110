// SPDX-License-Identifier: Apache-2.0
// What RocksDB answers, in the words of this library.
#pragma once

#include <perdure/error.hpp>

#include <rocksdb/status.h>

#include <string>

namespace perdure::store {

/// Throws error: damaged if bytes are not what was written, storage if the system refused; with
/// what was tried, what was said, and what to do where that is known.
[[noreturn]] void refuse(const std::string& tried, const rocksdb::Status& status);

void require(const rocksdb::Status& status, const char* tried);

} // namespace perdure::store
