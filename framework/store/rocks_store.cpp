// SPDX-License-Identifier: Apache-2.0
#include "store/rocks_store.hpp"

#include "store/checksum.hpp"
#include "store/printable.hpp"
#include "store/progress.hpp"
#include "store/rocks_error.hpp"
#include "store/rocks_files.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

namespace perdure::store {
namespace {

/// RocksDB compares with memcmp, which must not be given the null of an empty view.
rocksdb::Slice slice(std::string_view text) {
    return text.empty() ? rocksdb::Slice() : rocksdb::Slice(text.data(), text.size());
}
std::string_view view(const rocksdb::Slice& text) {
    return {text.data(), text.size()};
}

constexpr std::uint64_t watermark_sync_us = 1'000'000;
/// A larger batch is not kept for its room.
constexpr std::size_t batch_bytes_kept = 1 << 20;
/// What a batch holds beside keys and values: checksums, lengths and kinds.
constexpr std::size_t change_overhead_max = 32;

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
    rocks_store(const std::filesystem::path& directory, const rocks_options& wanted)
        : directory_(directory), progress_(std::make_shared<progress>()) {
        auto options = database_options(wanted.env);
        options.listeners.push_back(progress_);
        env_ = options.env;
        const table_split tables =
            prepare(options, directory.string(), wanted.write_buffer_bytes, wanted.recovery);
        options.env = &files_.emplace(*env_, directory.string(), tables.is_new);
        rocksdb::DB* opened = nullptr;
        std::vector<rocksdb::ColumnFamilyHandle*> handles;
        auto status =
            rocksdb::DB::Open(options, directory.string(), tables.present, &handles, &opened);
        if (!status.ok())
            refuse("opening the database in " + directory.string(), status);
        db_.reset(opened);
        keep(handles);
        if (!tables.missing.empty()) {
            handles.clear();
            status = db_->CreateColumnFamilies(tables.missing, &handles);
            keep(handles);
            if (!status.ok())
                refuse("creating the tables in " + directory.string(), status);
        }
        files_->keep();
        progress_->begin(*db_, *env_, directory.string());
        is_writing_ = true;
    }

    /// For reading. What the database lacks are empty tables.
    rocks_store(const std::filesystem::path& directory, rocksdb::Env* env, database_reading& found)
        : directory_(directory) {
        auto options = database_options(env);
        options.create_if_missing = false;
        env_ = options.env;
        const std::string opening =
            "opening the database in " + directory.string() + " for reading";
        const auto known = known_mark(found);
        require_synced_manifest(*env_, directory.string(), known);
        table_split tables;
        auto status =
            split_tables(options, directory.string(), false, write_buffer_bytes_default, tables);
        if (status.IsCorruption())
            if (const auto torn = find_torn_manifest(*env_, directory.string()))
                throw error(errc::damaged, opening + ": a power cut left the end of " + torn->path +
                                               " unreadable; opening the task hub mends that");
        if (!status.ok())
            refuse(opening, status);
        rocksdb::DB* opened = nullptr;
        std::vector<rocksdb::ColumnFamilyHandle*> handles;
        status = rocksdb::DB::OpenForReadOnly(options, directory.string(), tables.present, &handles,
                                              &opened);
        if (!status.ok())
            refuse(opening, status);
        db_.reset(opened);
        keep(handles);
        found.unknown_tables = std::move(tables.unknown);
        if (known) {
            const auto recovered = [this] { return db_->GetLatestSequenceNumber(); };
            const auto last = last_change(*env_, directory.string(), *known, recovered);
            if (auto loss = loss_report(directory.string(), last, *known))
                found.damaged_files.push_back(std::move(*loss));
        }
        for (std::string& each : damaged_files_of(
                 *db_,
                 rocksdb::Options(options, table_options(table::meta, write_buffer_bytes_default))))
            found.damaged_files.push_back(std::move(each));
    }

    ~rocks_store() override {
        if (!is_writing_ || has_failed_)
            return;
        try {
            require(db_->SyncWAL(), "syncing the log");
            progress_->note_commit(*db_);
            progress_->sync();
        } catch (const error&) {
            // Nobody was promised more than the mark says already.
        }
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
        rocksdb::SetPerfLevel(rocksdb::kDisable); // or this thread counts every comparison
        make_room_for(changes);
        for (const change* each : in_table_order(changes)) {
            if (each->value)
                put(*each);
            else
                require(batch_.Delete(family(each->where), each->key), "filling a batch");
        }
        rocksdb::WriteOptions options;
        options.sync = sync;
        // What a failed write leaves is unknown: writing on could tear what is still whole.
        if (std::exchange(has_failed_, true))
            throw error(errc::storage, "writing: an earlier write to " + directory_.string() +
                                           " failed; close the task hub and open it again");
        require(db_->Write(options, &batch_), sync ? "writing and syncing" : "writing");
        if (sync)
            note_progress();
        has_failed_ = false;
        if (batch_.GetDataSize() > batch_bytes_kept)
            batch_ = rocksdb::WriteBatch();
    }

  private:
    /// An empty batch; it would take a large one in steps, with a copy for each.
    void make_room_for(const std::vector<change>& changes) {
        std::size_t bytes = 0;
        for (const change& each : changes)
            bytes += each.key.size() + (each.value ? each.value->size() : 0) + change_overhead_max;
        if (bytes > batch_bytes_kept)
            batch_ = rocksdb::WriteBatch(bytes);
        else
            batch_.Clear();
    }

    /// A batch is written whole, so only changes of one row need their order. In that of the tables
    /// each lands near the one before it, and the memtable finds its place in less time.
    const std::vector<const change*>& in_table_order(const std::vector<change>& changes) {
        ordered_.clear();
        for (const change& each : changes)
            ordered_.push_back(&each);
        std::sort(ordered_.begin(), ordered_.end(), [](const change* left, const change* right) {
            return std::tie(left->where, left->key, left) <
                   std::tie(right->where, right->key, right);
        });
        return ordered_;
    }

    void put(const change& wanted) {
        const std::string_view value = *wanted.value;
        const checksum sum = checksum_of(wanted.where, wanted.key, value);
        const rocksdb::Slice key(wanted.key);
        const std::array<rocksdb::Slice, 2> stored{rocksdb::Slice(value),
                                                   rocksdb::Slice(sum.data(), sum.size())};
        require(batch_.Put(family(wanted.where), rocksdb::SliceParts(&key, 1),
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

    /// The watermark, for reading: what is wrong with it is a finding.
    std::optional<mark> known_mark(database_reading& found) const {
        try {
            auto known = read_watermark(*env_, directory_.string());
            if (!known)
                found.damaged_files.emplace_back("WATERMARK is missing");
            return known;
        } catch (const error& unreadable) {
            if (unreadable.code() != errc::damaged)
                throw;
            found.damaged_files.emplace_back(unreadable.what());
            return std::nullopt;
        }
    }

    void note_progress() {
        progress_->note_commit(*db_);
        const std::uint64_t now = env_->NowMicros();
        if (now - mark_synced_us_ < watermark_sync_us)
            return;
        progress_->sync();
        mark_synced_us_ = now;
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
    rocksdb::Env* env_;
    std::optional<rocks_files> files_; ///< Those that are written.
    std::shared_ptr<progress> progress_;
    std::unique_ptr<rocksdb::DB> db_;
    // Gone before the database, also where the constructor throws: RocksDB insists.
    std::array<std::unique_ptr<rocksdb::ColumnFamilyHandle>, table_count> tables_;

    rocksdb::WriteBatch batch_; ///< Empty but for its room, between writes.
    std::vector<const change*> ordered_; ///< The same.
    bool is_writing_ = false;
    std::uint64_t mark_synced_us_ = 0;
    bool has_failed_ = false;
};

} // namespace

const char* name_of(table which) noexcept {
    // RocksDB insists on a family called "default"; it holds our metadata.
    static constexpr std::array names{"default", "instances",  "history",   "inbox",
                                      "timers",  "active",     "entities",  "blob_counts",
                                      "blobs",   "heartbeats", "scheduled", "entity_events",
                                      "kept"};
    static_assert(names.size() == table_count);
    return names[static_cast<std::size_t>(which)];
}

std::unique_ptr<store> open_rocks_store(const std::filesystem::path& directory,
                                        const rocks_options& wanted) {
    return std::make_unique<rocks_store>(directory, wanted);
}

bool is_unfinished(const std::filesystem::path& directory) {
    namespace fs = std::filesystem;
    const auto known = read_watermark(*rocksdb::Env::Default(), directory.string());
    return !fs::exists(directory / "CURRENT") && (!known || known->sequence == 0) &&
           std::none_of(fs::directory_iterator(directory), fs::directory_iterator(),
                        [](const fs::directory_entry& each) {
                            const fs::path kind = each.path().extension();
                            const bool is_used_log = kind == ".log" && each.file_size() > 0;
                            return kind == ".sst" || is_used_log || kind == ".blob";
                        });
}

database_reading read_rocks_store(const std::filesystem::path& directory, rocksdb::Env* env) {
    database_reading found;
    found.rows = std::make_unique<rocks_store>(directory, env, found);
    return found;
}

} // namespace perdure::store
