// SPDX-License-Identifier: Apache-2.0
#include "store/recovery.hpp"

#include "store/log_reach.hpp"
#include "store/manifest_tail.hpp"
#include "store/rocks_error.hpp"

#include <rocksdb/env.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace perdure::store {
namespace {

const char* const accept_advice =
    "; restore a backup, or open the task hub once with hub_options::accept_loss to go on with "
    "what is left";

struct manifest_file {
    std::string path;
    std::uint64_t number = 0;
    std::string bytes;
};

/// False if there is none. Throws error (storage) if the system refuses.
bool read_file(rocksdb::Env& env, const std::string& path, std::string& bytes) {
    const auto status = rocksdb::ReadFileToString(&env, path, &bytes);
    if (!status.ok() && !status.IsNotFound() && !status.IsPathNotFound())
        refuse("reading " + path, status);
    return status.ok();
}

/// The manifest that CURRENT names; nothing if there is none.
std::optional<manifest_file> current_manifest(rocksdb::Env& env, const std::string& directory) {
    std::string name;
    if (!read_file(env, directory + "/CURRENT", name) || name.empty() || name.back() != '\n')
        return std::nullopt;
    name.pop_back();
    manifest_file found{directory + "/" + name, 0, {}};
    if (!read_file(env, found.path, found.bytes))
        return std::nullopt;
    std::from_chars(name.data() + name.find('-') + 1, name.data() + name.size(), found.number);
    return found;
}

/// How much of it the watermark knows to be synced.
std::size_t synced_bytes(const manifest_file& current, const std::optional<mark>& known) {
    return known && known->manifest == current.number ? known->manifest_bytes : 0;
}

class preparation {
  public:
    preparation(const rocksdb::DBOptions& options, std::string directory,
                std::size_t write_buffer_bytes, const recovery_options& wanted)
        : options_(options), env_(*options.env), directory_(std::move(directory)),
          write_buffer_bytes_(write_buffer_bytes), wanted_(wanted) {}

    table_split run() {
        const auto current = env_.FileExists(directory_ + "/CURRENT");
        if (!current.ok() && !current.IsNotFound())
            refuse("opening the database in " + directory_, current);
        is_new_ = current.IsNotFound();
        read_mark();
        table_split tables = readable_tables();
        if (known_ && known_->sequence > 0)
            compare(tables.present);
        if (is_new_)
            remove_unused_logs();
        if (must_replace_) {
            require(env_.CreateDirIfMissing(directory_), "creating the directory of the database");
            replace_watermark(env_, directory_, {});
        }
        return tables;
    }

  private:
    void read_mark() {
        try {
            known_ = read_watermark(env_, directory_);
        } catch (const error& unreadable) {
            if (unreadable.code() != errc::damaged)
                throw;
            give_up(errc::damaged, unreadable.what());
            return;
        }
        if (known_)
            return;
        // A watermark is durable before its database is begun, so a crash does not explain this.
        if (!is_new_)
            give_up(errc::damaged, directory_ + "/WATERMARK is missing" + accept_advice);
        must_replace_ = true;
    }

    /// Throws, unless the caller has accepted to go on.
    void give_up(errc code, const std::string& what) {
        if (!wanted_.accept_loss)
            throw error(code, what);
        wanted_.warn(what);
        must_replace_ = true;
    }

    table_split readable_tables() {
        require_synced_manifest(env_, directory_, known_);
        table_split tables;
        auto status = split_tables(options_, directory_, is_new_, write_buffer_bytes_, tables);
        if (status.IsCorruption() && mend())
            status = split_tables(options_, directory_, is_new_, write_buffer_bytes_, tables);
        if (!status.ok())
            refuse("opening the database in " + directory_, status);
        return tables;
    }

    bool mend() {
        const auto torn = find_torn_manifest(env_, directory_);
        if (!torn)
            return false;
        require(env_.Truncate(torn->path, torn->readable), "cutting the manifest");
        std::unique_ptr<rocksdb::RandomRWFile> file;
        require(env_.NewRandomRWFile(torn->path, &file, rocksdb::EnvOptions()),
                "opening the manifest");
        require(file->Sync(), "syncing the manifest");
        wanted_.warn("cut the last " + std::to_string(torn->size - torn->readable) + " bytes off " +
                     torn->path + ": a power cut left them unreadable, they were never synced");
        return true;
    }

    /// The last change that RocksDB can read. It changes nothing when it opens for reading.
    std::uint64_t recovered_sequence(const families& present) {
        auto reading = options_;
        reading.create_if_missing = false;
        rocksdb::DB* opened = nullptr;
        std::vector<rocksdb::ColumnFamilyHandle*> handles;
        const auto status =
            rocksdb::DB::OpenForReadOnly(reading, directory_, present, &handles, &opened);
        if (!status.ok())
            refuse("opening the database in " + directory_, status);
        const std::unique_ptr<rocksdb::DB> database(opened);
        for (auto* each : handles)
            database->DestroyColumnFamilyHandle(each);
        return database->GetLatestSequenceNumber();
    }

    void compare(const families& present) {
        const auto recovered = [&] { return recovered_sequence(present); };
        const std::uint64_t last = is_new_ ? 0 : last_change(env_, directory_, *known_, recovered);
        if (const auto loss = loss_report(directory_, last, *known_))
            give_up(errc::data_loss, *loss);
    }

    /// RocksDB begins no database where there is a log. Its founding, cut short, leaves one in
    /// which nothing was ever written.
    void remove_unused_logs() {
        for (const auto& [number, path] : log_files(env_, directory_)) {
            std::uint64_t size = 0;
            require(env_.GetFileSize(path, &size), "looking at a log");
            if (size == 0)
                require(env_.DeleteFile(path), "removing a log in which nothing was written");
        }
    }

    rocksdb::DBOptions options_;
    rocksdb::Env& env_;
    std::string directory_;
    std::size_t write_buffer_bytes_;
    const recovery_options& wanted_;

    bool is_new_ = false;
    std::optional<mark> known_;
    bool must_replace_ = false;
};

} // namespace

std::optional<torn_manifest> find_torn_manifest(rocksdb::Env& env, const std::string& directory) {
    const auto current = current_manifest(env, directory);
    if (!current)
        return std::nullopt;
    const auto readable = readable_prefix(current->bytes);
    if (!readable)
        return std::nullopt;
    return torn_manifest{current->path, current->bytes.size(), *readable};
}

void require_synced_manifest(rocksdb::Env& env, const std::string& directory,
                             const std::optional<mark>& known) {
    const auto current = current_manifest(env, directory);
    if (!current)
        return; // RocksDB says what is wrong
    const std::size_t readable = readable_bytes(current->bytes);
    const std::size_t synced = synced_bytes(*current, known);
    const bool is_old = known && current->number < known->manifest;
    const bool is_the_end = readable == current->bytes.size() || readable_prefix(current->bytes);
    if (is_old || readable < synced || !is_the_end)
        throw error(errc::damaged, "opening the database in " + directory + ": " + current->path +
                                       " can be read up to byte " + std::to_string(readable) +
                                       (is_old ? ", but a later one was in use"
                                               : ", and more than that was synced") +
                                       "; restore a backup");
}

std::uint64_t last_change(rocksdb::Env& env, const std::string& directory, const mark& known,
                          const std::function<std::uint64_t()>& recovered) {
    const log_reach logs = read_logs(env, directory, known.first_log);
    // A log that was begun after the last synced change holds nothing that was promised.
    const bool was_synced = logs.cut_in && *logs.cut_in <= known.log;
    return logs.last >= known.sequence || was_synced ? logs.last : recovered();
}

std::optional<std::string> loss_report(const std::string& directory, std::uint64_t sequence,
                                       const mark& known) {
    if (sequence >= known.sequence)
        return std::nullopt;
    return "the database in " + directory + " ends at change " + std::to_string(sequence) +
           ", but changes up to " + std::to_string(known.sequence) +
           " were written and synced: its log is damaged, or files are missing" + accept_advice;
}

table_split prepare(const rocksdb::DBOptions& options, const std::string& directory,
                    std::size_t write_buffer_bytes, const recovery_options& wanted) {
    return preparation(options, directory, write_buffer_bytes, wanted).run();
}

} // namespace perdure::store
