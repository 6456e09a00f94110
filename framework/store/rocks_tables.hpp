// SPDX-License-Identifier: Apache-2.0
// How RocksDB is set up: its options, and which column family is which table.
#pragma once

#include "store/store.hpp"

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <memory>
#include <string>
#include <vector>

namespace perdure::store {

/// `env` null: the machine's files.
rocksdb::DBOptions database_options(rocksdb::Env* env);

/// `cache` null: one of its own.
rocksdb::ColumnFamilyOptions table_options(table which, std::size_t write_buffer_bytes,
                                           std::shared_ptr<rocksdb::Cache> cache = nullptr);

using families = std::vector<rocksdb::ColumnFamilyDescriptor>;

/// The tables that the database has, and those that it still lacks.
struct table_split {
    bool is_new = false; ///< There is no database yet.
    families present, missing;
    std::vector<std::string> unknown;
};

/// Sorts the tables by what the database in `directory` has; a new database has none of them.
/// RocksDB insists on a family called "default".
rocksdb::Status split_tables(const rocksdb::DBOptions& options, const std::string& directory,
                             bool is_new, std::size_t write_buffer_bytes, table_split& split);

} // namespace perdure::store
