// SPDX-License-Identifier: Apache-2.0
#include "store/rocks_tables.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace perdure::store {
namespace {

/// Of all tables together, for what they have read.
constexpr std::size_t cache_bytes = std::size_t{32} << 20;

/// In place of RocksDB's own file: the second line for which a full disk has no room ends the
/// process (an assertion of its file writer, which Debian's build has on).
class no_log final : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
};

} // namespace

rocksdb::DBOptions database_options(rocksdb::Env* env) {
    rocksdb::DBOptions options;
    options.create_if_missing = true;
    // Opening takes milliseconds: no threads for it, and files are opened when they are needed.
    options.max_file_opening_threads = 1;
    options.max_open_files = 1000;
    options.skip_stats_update_on_db_open = true;
    options.paranoid_checks = true;
    // One writer thread: sharing memtables between writers only costs.
    options.allow_concurrent_memtable_write = false;
    options.enable_write_thread_adaptive_yield = false;
    // An I/O error's outcome is unknown; going on is decided by reopening, never by RocksDB.
    options.max_bgerror_resume_count = 0;
    // What is in the log and in no table yet has to be read by who opens the hub after a crash.
    options.max_total_wal_size = std::uint64_t{8} << 20;
    options.info_log = std::make_shared<no_log>();
    options.info_log_level = rocksdb::InfoLogLevel::FATAL_LEVEL;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    if (env != nullptr)
        options.env = env;
    return options;
}

rocksdb::ColumnFamilyOptions table_options(table which, std::size_t write_buffer_bytes,
                                           std::shared_ptr<rocksdb::Cache> cache) {
    rocksdb::ColumnFamilyOptions options;
    options.write_buffer_size = write_buffer_bytes;
    rocksdb::BlockBasedTableOptions blocks;
    // Indexes and filters, too: outside of the cache they would cost memory for all that is
    // dormant.
    blocks.block_cache = std::move(cache);
    blocks.cache_index_and_filter_blocks = true;
    blocks.pin_l0_filter_and_index_blocks_in_cache = true;
    // Most look-ups of an instance are for one that does not exist yet.
    blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
    options.compression = rocksdb::kNoCompression;
    // A short log makes many small tables of recent rows: merging them half as often is half of
    // that work, and filters keep the extra ones out of look-ups.
    options.level0_file_num_compaction_trigger = 8;
    // Most rows land near the one before them: ids are ordered by time, steps are counted. A place
    // to begin from spares the way down from the top, which grows with the table.
    options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(1));
    if (which == table::instances) {
        // A hundredth of the table's room: with as short a log as this one's it never fills that
        // room, and more of a filter is more memory to be cleared whenever a table begins.
        options.memtable_whole_key_filtering = true;
        options.memtable_prefix_bloom_size_ratio = 0.01;
    }
    if (which == table::blobs) {
        options.enable_blob_files = true;
        options.min_blob_size = 4096;
        options.enable_blob_garbage_collection = true;
    }
    return options;
}

rocksdb::Status split_tables(const rocksdb::DBOptions& options, const std::string& directory,
                             bool is_new, std::size_t write_buffer_bytes, table_split& split) {
    split.is_new = is_new;
    std::vector<std::string> names{rocksdb::kDefaultColumnFamilyName};
    if (!is_new) {
        const auto status = rocksdb::DB::ListColumnFamilies(options, directory, &names);
        if (!status.ok())
            return status;
    }
    const auto cache = rocksdb::NewLRUCache(cache_bytes);
    for (std::size_t i = 0; i < table_count; ++i) {
        const auto which = static_cast<table>(i);
        const bool is_present =
            std::find(names.begin(), names.end(), name_of(which)) != names.end();
        (is_present ? split.present : split.missing)
            .emplace_back(name_of(which), table_options(which, write_buffer_bytes, cache));
    }
    for (const std::string& name : names)
        if (std::none_of(split.present.begin(), split.present.end(),
                         [&](const auto& each) { return each.name == name; }))
            split.unknown.push_back(name);
    return rocksdb::Status::OK();
}

} // namespace perdure::store
