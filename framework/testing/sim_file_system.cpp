// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_files.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace perdure::testing {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// The words and kinds that RocksDB's own file system gives them.
IOStatus status_of(const disk_result& result, const std::string& file) {
    if (!result)
        return IOStatus::OK();
    switch (*result) {
    case disk_error::power_is_off:
        return IOStatus::IOError(file, "the power is off");
    case disk_error::no_space:
        return IOStatus::NoSpace(file, "No space left on device");
    case disk_error::too_many_open:
        return IOStatus::IOError(file, "Too many open files");
    case disk_error::no_such_file:
        return IOStatus::PathNotFound(file, "No such file or directory");
    case disk_error::io_error:
        break;
    }
    return IOStatus::IOError(file, "Input/output error");
}

std::string_view view(const Slice& bytes) {
    return {bytes.data(), bytes.size()};
}

/// RocksDB sometimes writes "directory//file".
std::string plain(const std::string& path) {
    std::string text;
    for (const char c : path)
        if (c != '/' || text.empty() || text.back() != '/')
            text += c;
    if (text.size() > 1 && text.back() == '/')
        text.pop_back();
    return text;
}

IOStatus read_at(sim_disk& disk, const sim_disk::open_file& file, std::uint64_t offset,
                 std::size_t size, Slice* result, char* scratch) {
    std::size_t count = 0;
    const auto answer = disk.read(file, offset, size, scratch, count);
    *result = Slice(scratch, count);
    return status_of(answer, file.path);
}

class writable_file final : public rocksdb::FSWritableFile {
  public:
    writable_file(sim_disk& disk, sim_disk::open_file file)
        : disk_(disk), file_(std::move(file)), size_(file_.bytes->bytes().size()) {}

    using FSWritableFile::Append;
    IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
        const auto answer = disk_.append(file_, view(data));
        if (!answer)
            size_ += data.size();
        return status_of(answer, file_.path);
    }
    IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override {
        const auto answer = disk_.truncate(file_, size);
        if (!answer)
            size_ = size;
        return status_of(answer, file_.path);
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Sync(const IOOptions&, IODebugContext*) override {
        return status_of(disk_.sync(file_), file_.path);
    }
    bool IsSyncThreadSafe() const override { return true; }
    std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return size_; }

  private:
    sim_disk& disk_;
    sim_disk::open_file file_;
    std::uint64_t size_;
};

class sequential_file final : public rocksdb::FSSequentialFile {
  public:
    sequential_file(sim_disk& disk, sim_disk::open_file file)
        : disk_(disk), file_(std::move(file)) {}

    IOStatus Read(std::size_t size, const IOOptions&, Slice* result, char* scratch,
                  IODebugContext*) override {
        auto status = read_at(disk_, file_, at_, size, result, scratch);
        at_ += result->size();
        return status;
    }
    IOStatus Skip(std::uint64_t size) override {
        at_ += size;
        return IOStatus::OK();
    }

  private:
    sim_disk& disk_;
    sim_disk::open_file file_;
    std::uint64_t at_ = 0;
};

class random_access_file final : public rocksdb::FSRandomAccessFile {
  public:
    random_access_file(sim_disk& disk, sim_disk::open_file file)
        : disk_(disk), file_(std::move(file)) {}

    IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions&, Slice* result,
                  char* scratch, IODebugContext*) const override {
        return read_at(disk_, file_, offset, size, result, scratch);
    }

  private:
    sim_disk& disk_;
    sim_disk::open_file file_;
};

class random_rw_file final : public rocksdb::FSRandomRWFile {
  public:
    random_rw_file(sim_disk& disk, sim_disk::open_file file)
        : disk_(disk), file_(std::move(file)) {}

    IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions&,
                   IODebugContext*) override {
        return status_of(disk_.overwrite(file_, offset, view(data)), file_.path);
    }
    IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions&, Slice* result,
                  char* scratch, IODebugContext*) const override {
        return read_at(disk_, file_, offset, size, result, scratch);
    }
    IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Sync(const IOOptions&, IODebugContext*) override {
        return status_of(disk_.sync(file_), file_.path);
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

  private:
    sim_disk& disk_;
    sim_disk::open_file file_;
};

class directory final : public rocksdb::FSDirectory {
  public:
    directory(sim_disk& disk, sim_disk::open_file file) : disk_(disk), file_(std::move(file)) {}

    IOStatus Fsync(const IOOptions&, IODebugContext*) override {
        return status_of(disk_.sync_directory(file_), file_.path);
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

  private:
    sim_disk& disk_;
    sim_disk::open_file file_;
};

class file_lock final : public rocksdb::FileLock {
  public:
    sim_disk::open_file held;
};

class silent_log final : public rocksdb::Logger {
  public:
    using Logger::Logv;
    void Logv(const char*, va_list) override {}
};

class file_system final : public rocksdb::FileSystem {
  public:
    explicit file_system(sim_disk& disk) : disk_(disk) {}

    const char* Name() const override { return "perdure::testing::sim_files"; }

    IOStatus NewSequentialFile(const std::string& path, const FileOptions&,
                               std::unique_ptr<rocksdb::FSSequentialFile>* result,
                               IODebugContext*) override {
        return opened<sequential_file>(path, &sim_disk::open, result);
    }
    IOStatus NewRandomAccessFile(const std::string& path, const FileOptions&,
                                 std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                 IODebugContext*) override {
        return opened<random_access_file>(path, &sim_disk::open, result);
    }
    IOStatus NewWritableFile(const std::string& path, const FileOptions&,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext*) override {
        return opened<writable_file>(path, &sim_disk::create, result);
    }
    IOStatus ReopenWritableFile(const std::string& path, const FileOptions&,
                                std::unique_ptr<rocksdb::FSWritableFile>* result,
                                IODebugContext*) override {
        const auto status = opened<writable_file>(path, &sim_disk::open, result);
        if (!status.IsPathNotFound())
            return status;
        return opened<writable_file>(path, &sim_disk::create, result);
    }
    /// Like RocksDB's own, it opens only what is there.
    IOStatus NewRandomRWFile(const std::string& path, const FileOptions&,
                             std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                             IODebugContext*) override {
        return opened<random_rw_file>(path, &sim_disk::open, result);
    }
    IOStatus NewDirectory(const std::string& path, const IOOptions&,
                          std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext*) override {
        return opened<directory>(path, &sim_disk::open_directory, result);
    }
    IOStatus NewLogger(const std::string&, const IOOptions&,
                       std::shared_ptr<rocksdb::Logger>* result, IODebugContext*) override {
        *result = std::make_shared<silent_log>();
        return IOStatus::OK();
    }

    IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override {
        bool is_directory = false;
        const auto answer = disk_.find(plain(path), is_directory);
        return answer == disk_error::no_such_file ? IOStatus::NotFound(path)
                                                  : status_of(answer, path);
    }
    IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* result,
                         IODebugContext*) override {
        return status_of(disk_.find(plain(path), *result), path);
    }
    IOStatus GetChildren(const std::string& path, const IOOptions&,
                         std::vector<std::string>* result, IODebugContext*) override {
        const auto answer = disk_.list(plain(path), *result);
        return answer == disk_error::no_such_file ? IOStatus::NotFound(path)
                                                  : status_of(answer, path);
    }
    IOStatus GetFileSize(const std::string& path, const IOOptions&, std::uint64_t* size,
                         IODebugContext*) override {
        return status_of(disk_.size_of(plain(path), *size), path);
    }
    IOStatus GetFileModificationTime(const std::string&, const IOOptions&, std::uint64_t* time,
                                     IODebugContext*) override {
        *time = 0;
        return IOStatus::OK();
    }
    IOStatus GetAbsolutePath(const std::string& path, const IOOptions&, std::string* result,
                             IODebugContext*) override {
        *result = path;
        return IOStatus::OK();
    }
    IOStatus GetTestDirectory(const IOOptions&, std::string* path, IODebugContext*) override {
        *path = "/test";
        return IOStatus::OK();
    }
    IOStatus GetFreeSpace(const std::string&, const IOOptions&, std::uint64_t* free_bytes,
                          IODebugContext*) override {
        *free_bytes = std::uint64_t{1} << 40;
        return IOStatus::OK();
    }

    IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override {
        return status_of(disk_.remove(plain(path)), path);
    }
    IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                        IODebugContext*) override {
        return status_of(disk_.rename(plain(from), plain(to)), from);
    }
    IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions&,
                      IODebugContext*) override {
        return status_of(disk_.link(plain(from), plain(to)), from);
    }
    IOStatus Truncate(const std::string& path, std::size_t size, const IOOptions&,
                      IODebugContext*) override {
        sim_disk::open_file file;
        auto answer = disk_.open(plain(path), file);
        if (!answer)
            answer = disk_.truncate(file, size);
        return status_of(answer, path);
    }
    IOStatus CreateDir(const std::string& path, const IOOptions&, IODebugContext*) override {
        return status_of(disk_.make_directory(plain(path)), path);
    }
    IOStatus CreateDirIfMissing(const std::string& path, const IOOptions&,
                                IODebugContext*) override {
        return status_of(disk_.make_directory(plain(path)), path);
    }
    IOStatus DeleteDir(const std::string& path, const IOOptions&, IODebugContext*) override {
        return status_of(disk_.remove_directory(plain(path)), path);
    }

    IOStatus LockFile(const std::string& path, const IOOptions&, rocksdb::FileLock** lock,
                      IODebugContext*) override {
        auto made = std::make_unique<file_lock>();
        if (!disk_.lock(plain(path), made->held))
            return IOStatus::IOError(path, "lock hold by current process");
        *lock = made.release(); // until UnlockFile
        return IOStatus::OK();
    }
    IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) override {
        const std::unique_ptr<file_lock> freed(dynamic_cast<file_lock*>(lock));
        disk_.unlock(freed->held);
        return IOStatus::OK();
    }

  private:
    template <class File, class Base>
    IOStatus opened(const std::string& path,
                    disk_result (sim_disk::*open)(const std::string&, sim_disk::open_file&),
                    std::unique_ptr<Base>* result) {
        sim_disk::open_file file;
        const auto answer = (disk_.*open)(plain(path), file);
        if (!answer)
            *result = std::make_unique<File>(disk_, std::move(file));
        return status_of(answer, path);
    }

    sim_disk& disk_;
};

} // namespace

std::shared_ptr<rocksdb::FileSystem> make_sim_file_system(sim_disk& disk) {
    return std::make_shared<file_system>(disk);
}

} // namespace perdure::testing
