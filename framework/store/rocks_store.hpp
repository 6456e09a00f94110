// SPDX-License-Identifier: Apache-2.0
// The store on RocksDB: one column family per table, one write-ahead log for all, blobs in
// RocksDB's blob files.
#pragma once

#include "store/recovery.hpp"
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

struct rocks_options {
    /// Where files live: null for the machine's; tests bring one that forgets. It must outlive the
    /// store.
    rocksdb::Env* env = nullptr;
    /// A small one, of at least 64 KiB, makes a test see many files.
    std::size_t write_buffer_bytes = write_buffer_bytes_default;
    recovery_options recovery = {};
};

/// Opens or creates the database in `directory`. Throws error: data_loss if changes are missing
/// that were synced, with the numbers of the last one there and the last one written; damaged if
/// files are; storage if the system refuses. Nothing is changed then.
std::unique_ptr<store> open_rocks_store(const std::filesystem::path& directory,
                                        const rocks_options& wanted = {});

/// Whether the making of the database in `directory` was cut short before it kept anything. Throws
/// error: damaged, storage.
bool is_unfinished(const std::filesystem::path& directory);

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
