// SPDX-License-Identifier: Apache-2.0
// The store on RocksDB: one column family per table, one write-ahead log for all, blobs in
// RocksDB's blob files.
#pragma once

#include "store/store.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rocksdb {
class Env;
}

namespace perdure::store {

/// Of each table: what it gathers in memory before it writes a file.
inline constexpr std::size_t write_buffer_bytes_default = std::size_t{64} << 20;

/// Opens or creates the database in `directory`. `env` is where files live: null for the machine's,
/// tests bring one that forgets. It must outlive the store. A small write buffer, of at least 64
/// KiB, makes a test see many files.
std::unique_ptr<store>
open_rocks_store(const std::filesystem::path& directory, rocksdb::Env* env = nullptr,
                 std::size_t write_buffer_bytes = write_buffer_bytes_default);

/// A database that is only read.
struct database_reading {
    std::unique_ptr<store> rows; ///< Refuses to write.
    std::vector<std::string> unknown_tables;
    std::vector<std::string> damaged_files; ///< With what is wrong with each.
};

/// Opens the database in `directory` without writing a byte, and reads all its files once to verify
/// their checksums. Throws as open_rocks_store does.
database_reading read_rocks_store(const std::filesystem::path& directory,
                                  rocksdb::Env* env = nullptr);

} // namespace perdure::store
