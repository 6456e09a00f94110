// SPDX-License-Identifier: Apache-2.0
// How far the logs of a database can be read. RocksDB alone does not tell: it takes damage for the
// end, and where a table was written meanwhile, it even reports the number of the last change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace rocksdb {
class Env;
}

namespace perdure::store {

/// What can be read of the logs, one after the other.
struct log_reach {
    std::uint64_t last = 0; ///< RocksDB's number of the last change; 0: there is none.
    /// Number of the log in which something follows that can't be read, or of the one before which
    /// a change is missing.
    std::optional<std::uint64_t> cut_in;
};

/// Follows the changes through the blocks of one log after the other: batches that begin with the
/// number of their first change (8 bytes) and how many they hold (4; write_batch.cc).
class log_reading {
  public:
    void begin_log(std::uint64_t number) noexcept;
    /// Of 32 KiB, but for the last of a log. False: what follows in this log does not count.
    bool read_block(std::string_view block);
    void end_log() noexcept;

    /// As RocksDB does, goes on after a log that is cut only if no change is missing between it and
    /// the next.
    const log_reach& reach() const noexcept { return reach_; }

  private:
    bool take_batch();
    bool cut() noexcept;

    log_reach reach_;
    std::string head_; ///< The first bytes of the batch that is being read.
    bool is_inside_ = false; ///< The batch goes on.
    std::uint64_t number_ = 0; ///< Of this log.
    bool is_cut_here_ = false; ///< In this log.
};

/// The logs in `directory` by their numbers, with their paths; none if there is no directory.
/// Throws error (storage) if the system refuses.
std::map<std::uint64_t, std::string> log_files(rocksdb::Env& env, const std::string& directory);

/// Reads the logs in `directory` from the one with number `first` on. Throws error (storage) if the
/// system refuses.
log_reach read_logs(rocksdb::Env& env, const std::string& directory, std::uint64_t first);

} // namespace perdure::store
