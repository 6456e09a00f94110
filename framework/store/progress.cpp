// SPDX-License-Identifier: Apache-2.0
#include "store/progress.hpp"

#include "store/rocks_error.hpp"

#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

namespace perdure::store {
namespace {

/// Number and size of the manifest, as far as it is synced.
void look_at_manifest(rocksdb::DB& database, mark& reached) {
    std::vector<std::string> files;
    std::uint64_t size = 0;
    require(database.GetLiveFiles(files, &size, false), "looking at the manifest");
    for (const std::string& each : files) {
        static constexpr std::string_view name = "/MANIFEST-";
        if (!each.starts_with(name))
            continue;
        std::from_chars(each.data() + name.size(), each.data() + each.size(), reached.manifest);
        reached.manifest_bytes = size;
    }
}

/// Of the log that the last change went to: the only writer asks.
std::uint64_t number_of_log(rocksdb::DB& database) {
    std::unique_ptr<rocksdb::LogFile> current;
    require(database.GetCurrentWalFile(&current), "looking at the log");
    return current->LogNumber();
}

} // namespace

void progress::begin(rocksdb::DB& database, rocksdb::Env& env, const std::string& directory) {
    const std::scoped_lock lock(mutex_);
    mark_.emplace(env, directory);
    reached_.sequence = database.GetLatestSequenceNumber();
    reached_.first_log = number_of_log(database);
    raise(database);
}

void progress::note_commit(rocksdb::DB& database) {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(has_new_log_, false))
        reached_.log = number_of_log(database);
    reached_.sequence = database.GetLatestSequenceNumber();
    raise(database);
}

void progress::sync() {
    const std::scoped_lock lock(mutex_);
    mark_->sync();
}

void progress::raise(rocksdb::DB& database) {
    if (std::exchange(has_new_manifest_, false))
        look_at_manifest(database, reached_);
    mark_->raise(reached_);
}

// Left alone, RocksDB resumes by itself once a full disk has room again, whatever
// max_bgerror_resume_count says: it writes its memory into tables that lie ahead of the torn log,
// and refuses to open that later.
void progress::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                                    bool* resumes) {
    *resumes = false;
}

/// Whoever needs a new buffer for a table begins a new log.
void progress::OnMemTableSealed(const rocksdb::MemTableInfo&) {
    const std::scoped_lock lock(mutex_);
    has_new_log_ = true;
}

void progress::OnFlushCompleted(rocksdb::DB* database, const rocksdb::FlushJobInfo&) {
    note_manifest(*database);
}

void progress::OnCompactionCompleted(rocksdb::DB* database, const rocksdb::CompactionJobInfo&) {
    note_manifest(*database);
}

void progress::note_manifest(rocksdb::DB& database) noexcept {
    const std::scoped_lock lock(mutex_);
    has_new_manifest_ = true;
    if (!mark_)
        return;
    try {
        raise(database);
    } catch (const error&) {
        has_new_manifest_ = true; // the next commit tries it again, and can say what is wrong
    }
}

} // namespace perdure::store
