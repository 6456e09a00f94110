// SPDX-License-Identifier: Apache-2.0
#include "store/rocks_store.hpp"

#include <perdure/error.hpp>

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>

namespace perdure::store {
namespace {

[[noreturn]] void refuse(const std::string& tried, const rocksdb::Status& status) {
    throw error(errc::storage, tried + ": " + status.ToString());
}

void require(const rocksdb::Status& status, const char* tried) {
    if (!status.ok())
        refuse(tried, status);
}

/// RocksDB compares with memcmp, which must not be given the null of an empty view.
rocksdb::Slice slice(std::string_view text) {
    return text.empty() ? rocksdb::Slice() : rocksdb::Slice(text.data(), text.size());
}
std::string_view view(const rocksdb::Slice& text) {
    return {text.data(), text.size()};
}

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
    options.max_total_wal_size = std::uint64_t{256} << 20;
    options.keep_log_file_num = 4;
    options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    if (env != nullptr)
        options.env = env;
    return options;
}

rocksdb::ColumnFamilyOptions table_options(table which) {
    rocksdb::ColumnFamilyOptions options;
    options.write_buffer_size = std::size_t{64} << 20;
    rocksdb::BlockBasedTableOptions blocks;
    // Most look-ups of an instance are for one that does not exist yet.
    blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
    options.compression = rocksdb::kNoCompression;
    if (which == table::instances) {
        options.memtable_whole_key_filtering = true;
        options.memtable_prefix_bloom_size_ratio = 0.1;
    }
    if (which == table::blobs) {
        options.enable_blob_files = true;
        options.min_blob_size = 4096;
        options.enable_blob_garbage_collection = true;
    }
    return options;
}

using families = std::vector<rocksdb::ColumnFamilyDescriptor>;

/// The tables that the database has, and those that it still lacks. Created together they cost one
/// rewrite of RocksDB's options file, created by opening one each.
struct table_split {
    families present, missing;
};

table_split split_tables(const rocksdb::DBOptions& options, const std::string& directory) {
    std::vector<std::string> names{rocksdb::kDefaultColumnFamilyName};
    if (options.env->FileExists(directory + "/CURRENT").ok()) {
        const auto status = rocksdb::DB::ListColumnFamilies(options, directory, &names);
        if (!status.ok())
            refuse("opening the database in " + directory, status);
    }
    table_split split;
    for (std::size_t i = 0; i < table_count; ++i) {
        const auto which = static_cast<table>(i);
        const bool is_present =
            std::find(names.begin(), names.end(), name_of(which)) != names.end();
        (is_present ? split.present : split.missing)
            .emplace_back(name_of(which), table_options(which));
    }
    return split;
}

class rocks_store final : public store {
  public:
    rocks_store(const std::filesystem::path& directory, rocksdb::Env* env) {
        const auto options = database_options(env);
        const table_split tables = split_tables(options, directory.string());
        rocksdb::DB* opened = nullptr;
        std::vector<rocksdb::ColumnFamilyHandle*> handles;
        auto status =
            rocksdb::DB::Open(options, directory.string(), tables.present, &handles, &opened);
        if (!status.ok())
            refuse("opening the database in " + directory.string(), status);
        db_.reset(opened);
        keep(handles);
        if (tables.missing.empty())
            return;
        handles.clear();
        status = db_->CreateColumnFamilies(tables.missing, &handles);
        keep(handles);
        if (!status.ok())
            refuse("creating the tables in " + directory.string(), status);
    }

    ~rocks_store() override {
        for (auto* each : tables_)
            if (each != nullptr)
                db_->DestroyColumnFamilyHandle(each);
    }

    std::optional<std::string> get(table where, std::string_view key) override {
        std::string value;
        const auto status = db_->Get({}, family(where), slice(key), &value);
        if (status.IsNotFound())
            return std::nullopt;
        require(status, "reading a row");
        return value;
    }

    void scan(table where, std::string_view prefix, std::string_view from,
              const std::function<bool(std::string_view, std::string_view)>& visit) override {
        const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator({}, family(where)));
        for (row->Seek(slice(std::max(prefix, from))); row->Valid(); row->Next()) {
            if (!row->key().starts_with(slice(prefix)) ||
                !visit(view(row->key()), view(row->value())))
                break;
        }
        require(row->status(), "reading rows");
    }

    void write(const std::vector<change>& changes, bool sync) override {
        rocksdb::WriteBatch batch;
        for (const change& each : changes) {
            if (each.value)
                require(batch.Put(family(each.where), each.key, *each.value), "filling a batch");
            else
                require(batch.Delete(family(each.where), each.key), "filling a batch");
        }
        rocksdb::WriteOptions options;
        options.sync = sync;
        require(db_->Write(options, &batch), sync ? "writing and syncing" : "writing");
    }

  private:
    void keep(const std::vector<rocksdb::ColumnFamilyHandle*>& handles) {
        for (auto* each : handles)
            for (std::size_t i = 0; i < table_count; ++i)
                if (each->GetName() == name_of(static_cast<table>(i)))
                    tables_[i] = each;
    }

    rocksdb::ColumnFamilyHandle* family(table which) const {
        return tables_[static_cast<std::size_t>(which)];
    }

    std::unique_ptr<rocksdb::DB> db_;
    std::array<rocksdb::ColumnFamilyHandle*, table_count> tables_{};
};

} // namespace

const char* name_of(table which) noexcept {
    // RocksDB insists on a family called "default"; it holds our metadata.
    static constexpr std::array names{"default", "instances", "history",     "inbox", "timers",
                                      "active",  "entities",  "blob_counts", "blobs"};
    static_assert(names.size() == table_count);
    return names[static_cast<std::size_t>(which)];
}

std::unique_ptr<store> open_rocks_store(const std::filesystem::path& directory, rocksdb::Env* env) {
    return std::make_unique<rocks_store>(directory, env);
}

} // namespace perdure::store
