// SPDX-License-Identifier: Apache-2.0
// The watermark: how far the database has come, in a file of its own beside RocksDB's. RocksDB
// takes a damaged log for one that ends there, and goes on with what lies before the damage; only a
// note from outside can tell that acknowledged commits are missing.
//
//   WATERMARK = two slots, at offsets 0 and 4096: never in one sector
//   slot      = generation, sequence, manifest number, manifest bytes, first log, log, checksum
//               (8 bytes each, big-endian; checksum: XXH3-64 of the 48 bytes before it)
//
// Slots of older builds, without the numbers of logs, are read, too.
//
// The slot with the higher generation counts. Between two syncs of the file only one of them is
// written, so that a torn write leaves the other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rocksdb {
class Env;
class RandomRWFile;
} // namespace rocksdb

namespace perdure::store {

/// What is known to have been synced.
struct mark {
    std::uint64_t sequence = 0; ///< RocksDB's number of the last change.
    std::uint64_t manifest = 0; ///< Number of RocksDB's manifest.
    std::uint64_t manifest_bytes = 0; ///< Of it.
    std::uint64_t first_log = 0; ///< Number of the log that opening began: tables hold older ones.
    std::uint64_t log = 0; ///< Number of the log that holds the last change; 0: tables hold it.

    friend bool operator==(const mark&, const mark&) = default;
};

/// The bytes of a new watermark: only its first slot is in use.
std::string encode_watermark(const mark& first);

/// The mark in the bytes of a watermark; nothing if neither slot can be read.
std::optional<mark> decode_watermark(std::string_view bytes);

/// The mark of the database in `directory`; nothing if there is no watermark. Throws error
/// (damaged) if neither slot can be read, and error (storage).
std::optional<mark> read_watermark(rocksdb::Env& env, const std::string& directory);

/// Writes a new watermark in the place of whatever is there. It is durable on return.
/// Throws error (storage).
void replace_watermark(rocksdb::Env& env, const std::string& directory, const mark& first);

/// The watermark of an open database. Errors: error (storage); what is on disk is then unknown, and
/// the watermark must not be used any more.
class watermark {
  public:
    /// Opens what read_watermark can read.
    watermark(rocksdb::Env& env, const std::string& directory);
    ~watermark();

    /// Notes a new mark. It survives the process at once, and power loss after the next sync.
    void raise(const mark& reached);
    void sync();

  private:
    std::unique_ptr<rocksdb::RandomRWFile> file_;
    std::uint64_t generation_ = 0; ///< Of the newest slot.
    std::size_t free_slot_ = 0; ///< The one that may be written: the other is synced.
};

} // namespace perdure::store
