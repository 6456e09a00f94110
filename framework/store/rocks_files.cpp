// SPDX-License-Identifier: Apache-2.0
#include "store/rocks_files.hpp"

#include "store/rocks_error.hpp"

#include <rocksdb/file_system.h>

#include <memory>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>

namespace perdure::store {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class rocks_files::founding_files final : public rocksdb::FileSystemWrapper {
  public:
    founding_files(const std::shared_ptr<rocksdb::FileSystem>& base, std::string directory,
                   bool is_new)
        : FileSystemWrapper(base), directory_(std::move(directory)), is_founding_(is_new) {}

    const char* Name() const override { return "perdure::store::rocks_files"; }

    IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* made,
                             IODebugContext* debug) override {
        if (path.starts_with(directory_ + "/OPTIONS-"))
            return IOStatus::NotSupported("options are not kept", path);
        const auto status = target()->NewWritableFile(path, options, made, debug);
        if (status.ok() && is_founding())
            *made = std::make_unique<written_file>(std::move(*made), path, *this);
        return status;
    }
    IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                          std::unique_ptr<rocksdb::FSDirectory>* opened,
                          IODebugContext* debug) override {
        const auto status = target()->NewDirectory(path, options, opened, debug);
        if (status.ok() && is_founding())
            *opened = std::make_unique<opened_directory>(std::move(*opened), *this);
        return status;
    }

    IOStatus NewSequentialFile(const std::string& path, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSSequentialFile>* opened,
                               IODebugContext* debug) override {
        return target()->NewSequentialFile(present_name(path), options, opened, debug);
    }
    IOStatus NewRandomAccessFile(const std::string& path, const FileOptions& options,
                                 std::unique_ptr<rocksdb::FSRandomAccessFile>* opened,
                                 IODebugContext* debug) override {
        return target()->NewRandomAccessFile(present_name(path), options, opened, debug);
    }
    IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                        IODebugContext* debug) override {
        const std::string target_name = present_name(to);
        const auto status = target()->RenameFile(from, target_name, options, debug);
        const std::scoped_lock lock(mutex_);
        if (status.ok() && unsynced_.erase(from) > 0)
            unsynced_.insert(target_name);
        return status;
    }
    IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                        IODebugContext* debug) override {
        const auto status = target()->DeleteFile(path, options, debug);
        const std::scoped_lock lock(mutex_);
        if (status.ok())
            unsynced_.erase(path);
        return status;
    }

    void keep() {
        const std::scoped_lock lock(mutex_);
        if (!is_founding_)
            return;
        for (const std::string& path : unsynced_) {
            std::unique_ptr<rocksdb::FSRandomRWFile> file;
            require_of(target()->NewRandomRWFile(path, {}, &file, nullptr), "opening", path);
            require_of(file->Sync({}, nullptr), "syncing", path);
        }
        sync_names();
        require_of(target()->RenameFile(founding_name(), current_name(), {}, nullptr), "renaming",
                   founding_name());
        sync_names();
        unsynced_.clear();
        is_founding_ = false;
    }

  private:
    class written_file final : public rocksdb::FSWritableFileOwnerWrapper {
      public:
        written_file(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path,
                     founding_files& files)
            : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), files_(files) {}

        IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
            return files_.puts_off(path_) ? IOStatus::OK() : target()->Sync(options, debug);
        }
        IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
            return files_.puts_off(path_) ? IOStatus::OK() : target()->Fsync(options, debug);
        }

      private:
        const std::string path_;
        founding_files& files_;
    };

    class opened_directory final : public rocksdb::FSDirectoryWrapper {
      public:
        opened_directory(std::unique_ptr<rocksdb::FSDirectory> opened, founding_files& files)
            : FSDirectoryWrapper(std::move(opened)), files_(files) {}

        IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
            return files_.is_founding() ? IOStatus::OK()
                                        : FSDirectoryWrapper::Fsync(options, debug);
        }
        IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                                     const rocksdb::DirFsyncOptions& reason) override {
            return files_.is_founding()
                       ? IOStatus::OK()
                       : FSDirectoryWrapper::FsyncWithDirOptions(options, debug, reason);
        }

      private:
        founding_files& files_;
    };

    bool is_founding() {
        const std::scoped_lock lock(mutex_);
        return is_founding_;
    }

    /// Whether a sync of the file can wait for keep().
    bool puts_off(const std::string& path) {
        const std::scoped_lock lock(mutex_);
        if (is_founding_)
            unsynced_.insert(path);
        return is_founding_;
    }

    std::string current_name() const { return directory_ + "/CURRENT"; }
    std::string founding_name() const { return current_name() + ".new"; }
    std::string present_name(const std::string& path) {
        return is_founding() && path == current_name() ? founding_name() : path;
    }

    void sync_names() {
        std::unique_ptr<rocksdb::FSDirectory> names;
        require_of(target()->NewDirectory(directory_, {}, &names, nullptr), "opening", directory_);
        require_of(names->Fsync({}, nullptr), "syncing", directory_);
    }

    static void require_of(const IOStatus& status, const char* tried, const std::string& path) {
        if (!status.ok())
            refuse(std::string(tried) + " " + path, status);
    }

    const std::string directory_;
    std::mutex mutex_;
    bool is_founding_;
    std::set<std::string> unsynced_; ///< Files whose sync was put off.
};

rocks_files::rocks_files(rocksdb::Env& base, const std::string& directory, bool is_new)
    : EnvWrapper(&base), founding_(new founding_files(base.GetFileSystem(), directory, is_new)) {
    file_system_.reset(founding_);
    system_clock_ = base.GetSystemClock();
}

rocks_files::~rocks_files() = default;

rocksdb::Status rocks_files::RenameFile(const std::string& from, const std::string& to) {
    return founding_->RenameFile(from, to, {}, nullptr);
}

rocksdb::Status rocks_files::DeleteFile(const std::string& path) {
    return founding_->DeleteFile(path, {}, nullptr);
}

void rocks_files::keep() {
    founding_->keep();
}

} // namespace perdure::store
