// SPDX-License-Identifier: Apache-2.0
#include "store/rocks_store.hpp"

#include "store/checksum.hpp"
#include "store/printable.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>

namespace perdure::store {
namespace {

[[noreturn]] void refuse(const std::string& tried, const rocksdb::Status& status) {
    throw error(status.IsCorruption() ? errc::damaged : errc::storage,
                tried + ": " + status.ToString());
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

/// Left alone, RocksDB resumes by itself once a full disk has room again, whatever
/// max_bgerror_resume_count says: it writes its memory into tables that lie ahead of the torn log,
/// and refuses to open that later.
class no_resuming final : public rocksdb::EventListener {
  public:
    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                              bool* resumes) override {
        *resumes = false;
    }
};

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
    options.listeners.push_back(std::make_shared<no_resuming>());
    options.max_total_wal_size = std::uint64_t{256} << 20;
    options.keep_log_file_num = 4;
    options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    if (env != nullptr)
        options.env = env;
    return options;
}

rocksdb::ColumnFamilyOptions table_options(table which, std::size_t write_buffer_bytes) {
    rocksdb::ColumnFamilyOptions options;
    options.write_buffer_size = write_buffer_bytes;
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
    std::vector<std::string> unknown;
};

table_split split_tables(const rocksdb::DBOptions& options, const std::string& directory,
                         std::size_t write_buffer_bytes) {
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
            .emplace_back(name_of(which), table_options(which, write_buffer_bytes));
    }
    for (const std::string& name : names)
        if (std::none_of(split.present.begin(), split.present.end(),
                         [&](const auto& each) { return each.name == name; }))
            split.unknown.push_back(name);
    return split;
}

std::vector<std::string> damaged_files_of(rocksdb::DB& database, const rocksdb::Options& options) {
    std::vector<std::string> damaged;
    std::vector<rocksdb::LiveFileMetaData> files;
    database.GetLiveFilesMetaData(&files);
    for (const auto& each : files) {
        rocksdb::SstFileReader file(options);
        auto status = file.Open(each.directory + "/" + each.relative_filename);
        if (status.ok())
            status = file.VerifyChecksum();
        if (!status.ok())
            damaged.push_back(each.relative_filename + ": " + status.ToString());
    }
    return damaged;
}

class rocks_store final : public store {
  public:
    rocks_store(const std::filesystem::path& directory, rocksdb::Env* env,
                std::size_t write_buffer_bytes)
        : directory_(directory) {
        const auto options = database_options(env);
        const table_split tables = split_tables(options, directory.string(), write_buffer_bytes);
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

    /// For reading. What the database lacks are empty tables.
    rocks_store(const std::filesystem::path& directory, rocksdb::Env* env,
                database_reading& found) {
        auto options = database_options(env);
        options.create_if_missing = false;
        table_split tables = split_tables(options, directory.string(), write_buffer_bytes_default);
        rocksdb::DB* opened = nullptr;
        std::vector<rocksdb::ColumnFamilyHandle*> handles;
        const auto status = rocksdb::DB::OpenForReadOnly(options, directory.string(),
                                                         tables.present, &handles, &opened);
        if (!status.ok())
            refuse("opening the database in " + directory.string() + " for reading", status);
        db_.reset(opened);
        keep(handles);
        found.unknown_tables = std::move(tables.unknown);
        found.damaged_files = damaged_files_of(
            *db_,
            rocksdb::Options(options, table_options(table::meta, write_buffer_bytes_default)));
    }

    std::optional<std::string> get(table where, std::string_view key) override {
        if (family(where) == nullptr)
            return std::nullopt;
        std::string stored;
        const auto status = db_->Get({}, family(where), slice(key), &stored);
        if (status.IsNotFound())
            return std::nullopt;
        if (status.IsCorruption())
            throw damaged(where, key, status.ToString());
        require(status, "reading a row");
        stored.resize(value_in(where, key, stored).size());
        return stored;
    }

    void scan(table where, std::string_view prefix, std::string_view from,
              const std::function<bool(std::string_view, std::string_view)>& visit) override {
        if (family(where) == nullptr)
            return;
        const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator({}, family(where)));
        std::string last(std::max(prefix, from));
        for (row->Seek(slice(last)); row->Valid(); row->Next()) {
            const std::string_view key = view(row->key());
            if (!key.starts_with(prefix) || !visit(key, value_in(where, key, view(row->value()))))
                break;
            last = key;
        }
        if (row->status().IsCorruption())
            throw error(errc::damaged, "rows of table '" + std::string(name_of(where)) +
                                           "' from '" + printable(where, last) + "' on " +
                                           damage_report(row->status().ToString()));
        require(row->status(), "reading rows");
    }

    void write(const std::vector<change>& changes, bool sync) override {
        rocksdb::WriteBatch batch;
        for (const change& each : changes) {
            if (each.value)
                put(batch, each);
            else
                require(batch.Delete(family(each.where), each.key), "filling a batch");
        }
        rocksdb::WriteOptions options;
        options.sync = sync;
        require(db_->Write(options, &batch), sync ? "writing and syncing" : "writing");
    }

  private:
    void put(rocksdb::WriteBatch& batch, const change& wanted) const {
        const checksum sum = checksum_of(wanted.where, wanted.key, *wanted.value);
        const rocksdb::Slice key(wanted.key);
        const std::array<rocksdb::Slice, 2> stored{rocksdb::Slice(*wanted.value),
                                                   rocksdb::Slice(sum.data(), sum.size())};
        require(batch.Put(family(wanted.where), rocksdb::SliceParts(&key, 1),
                          rocksdb::SliceParts(stored.data(), stored.size())),
                "filling a batch");
    }

    std::string_view value_in(table where, std::string_view key, std::string_view stored) const {
        const auto value = verified(where, key, stored);
        if (!value)
            throw damaged(where, key, "its checksum does not match");
        return *value;
    }

    damaged_row damaged(table where, std::string_view key, const std::string& why) const {
        return {where, std::string(key),
                "row '" + printable(where, key) + "' of table '" + name_of(where) + "' " +
                    damage_report(why)};
    }
    std::string damage_report(const std::string& why) const {
        return "can't be read in " + directory_.string() + ": " + why +
               "; see with `perdure check " + directory_.parent_path().string() +
               "` what else is damaged, and restore a backup";
    }

    void keep(const std::vector<rocksdb::ColumnFamilyHandle*>& handles) {
        for (auto* each : handles)
            for (std::size_t i = 0; i < table_count; ++i)
                if (each->GetName() == name_of(static_cast<table>(i)))
                    tables_[i].reset(each);
    }

    rocksdb::ColumnFamilyHandle* family(table which) const {
        return tables_[static_cast<std::size_t>(which)].get();
    }

    std::filesystem::path directory_;
    std::unique_ptr<rocksdb::DB> db_;
    // Gone before the database, also where the constructor throws: RocksDB insists.
    std::array<std::unique_ptr<rocksdb::ColumnFamilyHandle>, table_count> tables_;
};

} // namespace

const char* name_of(table which) noexcept {
    // RocksDB insists on a family called "default"; it holds our metadata.
    static constexpr std::array names{"default", "instances", "history",     "inbox", "timers",
                                      "active",  "entities",  "blob_counts", "blobs"};
    static_assert(names.size() == table_count);
    return names[static_cast<std::size_t>(which)];
}

std::unique_ptr<store> open_rocks_store(const std::filesystem::path& directory, rocksdb::Env* env,
                                        std::size_t write_buffer_bytes) {
    return std::make_unique<rocks_store>(directory, env, write_buffer_bytes);
}

database_reading read_rocks_store(const std::filesystem::path& directory, rocksdb::Env* env) {
    database_reading found;
    found.rows = std::make_unique<rocks_store>(directory, env, found);
    return found;
}

} // namespace perdure::store
