// SPDX-License-Identifier: Apache-2.0
// Keeps the watermark of an open database up to date: with each commit, and with each change of
// RocksDB's manifest. RocksDB deletes logs right after a flush is in the manifest; were the end of
// the manifest taken for unsynced then, cutting it off would lose what those logs had held.
#pragma once

#include "store/watermark.hpp"

#include <rocksdb/db.h>
#include <rocksdb/listener.h>

#include <mutex>
#include <optional>
#include <string>

namespace perdure::store {

/// RocksDB's listener. It also forbids what RocksDB would do by itself after an error.
///
/// Threads: all members from any thread. Lifetime: RocksDB keeps it alive with the database.
/// Errors: those of watermark.
class progress final : public rocksdb::EventListener {
  public:
    /// From now on there is a watermark. Notes what the database has, all of which is synced and in
    /// tables.
    void begin(rocksdb::DB& database, rocksdb::Env& env, const std::string& directory);
    /// All that was written so far is synced.
    void note_commit(rocksdb::DB& database);
    /// Makes the watermark itself survive power loss.
    void sync();

    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                              bool* resumes) override;
    void OnMemTableSealed(const rocksdb::MemTableInfo&) override;
    void OnFlushCompleted(rocksdb::DB* database, const rocksdb::FlushJobInfo&) override;
    void OnCompactionCompleted(rocksdb::DB* database, const rocksdb::CompactionJobInfo&) override;

  private:
    void raise(rocksdb::DB& database);
    void note_manifest(rocksdb::DB& database) noexcept;

    std::mutex mutex_;
    std::optional<watermark> mark_; ///< Empty: the database is being opened.
    mark reached_;
    bool has_new_manifest_ = true;
    bool has_new_log_ = true;
};

} // namespace perdure::store
