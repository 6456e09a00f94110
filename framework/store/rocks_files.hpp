// SPDX-License-Identifier: Apache-2.0
// The file system as RocksDB sees it. Left alone, RocksDB syncs some thirty times until a new
// database has all its tables, and writes down its options and reads them back at every opening.
#pragma once

#include <rocksdb/env.h>

#include <string>

namespace perdure::store {

/// The files of one database, for RocksDB only.
///
/// There is no file of options, because whoever opens a database brings the options.
///
/// A new database is founded: until keep() nothing of it is synced, and its CURRENT has another
/// name, so that after a power cut there is either no database or a whole one.
///
/// Threads: any. Lifetime: longer than the database.
class rocks_files final : public rocksdb::EnvWrapper {
  public:
    /// `base` must live longer. Of a new database there is no CURRENT.
    rocks_files(rocksdb::Env& base, const std::string& directory, bool is_new);
    ~rocks_files() override;

    const char* Name() const override { return "perdure::store::rocks_files"; }

    // RocksDB takes this way to them for files that it has made the other way.
    rocksdb::Status RenameFile(const std::string& from, const std::string& to) override;
    rocksdb::Status DeleteFile(const std::string& path) override;

    /// The database is there, durably, and what RocksDB syncs is synced from now on. Throws error
    /// (storage): then it may be there or not.
    void keep();

  private:
    class founding_files;
    founding_files* const founding_; ///< Part of the file system.
};

} // namespace perdure::store
