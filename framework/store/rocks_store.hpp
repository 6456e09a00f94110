// SPDX-License-Identifier: Apache-2.0
// The store on RocksDB: one column family per table, one write-ahead log for all, blobs in
// RocksDB's blob files.
#pragma once

#include "store/store.hpp"

#include <filesystem>
#include <memory>

namespace rocksdb {
class Env;
}

namespace perdure::store {

/// Opens or creates the database in `directory`. `env` is where files live: null for the machine's,
/// tests bring one that forgets. It must outlive the store.
std::unique_ptr<store> open_rocks_store(const std::filesystem::path& directory,
                                        rocksdb::Env* env = nullptr);

} // namespace perdure::store
