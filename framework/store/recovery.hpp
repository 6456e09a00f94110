// SPDX-License-Identifier: Apache-2.0
// What is settled before RocksDB may open a database for writing: it drops what it can't read, so
// that nobody could notice later, and refuses a manifest whose end a power cut has torn.
#pragma once

#include "store/rocks_tables.hpp"
#include "store/watermark.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace perdure::store {

struct recovery_options {
    /// Goes on with what is left where acknowledged changes are missing.
    bool accept_loss = false;
    /// Told what was mended or given up, in a sentence.
    std::function<void(std::string_view)> warn = [](std::string_view) {};
};

/// The end of a manifest that can't be read.
struct torn_manifest {
    std::string path;
    std::size_t size = 0;
    std::size_t readable = 0; ///< Bytes to keep.
};

/// The torn end of the current manifest. If it was synced, that is damage, and
/// require_synced_manifest() says so.
std::optional<torn_manifest> find_torn_manifest(rocksdb::Env& env, const std::string& directory);

/// Throws error (damaged) if the current manifest can't be read as far as it was synced. RocksDB
/// alone would not notice: it takes a record whose length is damaged for the end.
void require_synced_manifest(rocksdb::Env& env, const std::string& directory,
                             const std::optional<mark>& known);

/// The last change up to which none is missing, as far as that is needed to compare it with
/// `known`. `recovered` gives the last one in what RocksDB makes of the database. It is asked only
/// where that counts: after damage to a log, it is right no more as soon as a table was written.
std::uint64_t last_change(rocksdb::Env& env, const std::string& directory, const mark& known,
                          const std::function<std::uint64_t()>& recovered);

/// What is wrong with a database that ends at `sequence`; nothing if it is complete.
std::optional<std::string> loss_report(const std::string& directory, std::uint64_t sequence,
                                       const mark& known);

/// Makes the database in `directory` one that RocksDB can open without losing anything, and sees to
/// it that there is a watermark. Returns its tables. Throws error: data_loss if acknowledged
/// changes are missing, with both numbers; damaged; storage.
table_split prepare(const rocksdb::DBOptions& options, const std::string& directory,
                    std::size_t write_buffer_bytes, const recovery_options& wanted);

} // namespace perdure::store
