// SPDX-License-Identifier: Apache-2.0
// Whole files in, whole files out. A write is seen completely or not at all, also after a crash.
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/image_io.hpp"

namespace perdure::inpaint {

namespace {

namespace fs = std::filesystem;

class descriptor {
  public:
    explicit descriptor(int fd) : fd_(fd) {}
    ~descriptor() { close(); }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;

    int get() const { return fd_; }
    bool is_open() const { return fd_ >= 0; }
    int close() {
        const int result = fd_ >= 0 ? ::close(fd_) : 0;
        fd_ = -1;
        return result;
    }

  private:
    int fd_;
};

std::string why() {
    return std::string(" (") + std::strerror(errno) + ")";
}

[[noreturn]] void fail_to_write(const fs::path& path) {
    throw image_error(path.string() + " cannot be written" + why() +
                      "; choose a folder that exists, is writable and has room");
}

[[noreturn]] void fail_to_read(const fs::path& path) {
    throw image_error(path.string() + " cannot be read" + why() +
                      "; check the name and its permissions");
}

// Unique within the machine while it exists; a leftover of a killed process is never reused.
fs::path temporary_beside(const fs::path& path) {
    static std::atomic<unsigned> counter = 0;
    std::string name(".");
    name.append(path.filename().string()).append(".").append(std::to_string(::getpid()));
    name.append(".").append(std::to_string(counter++)).append(".tmp");
    return path.parent_path() / name;
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

bool is_written(const descriptor& file, std::string_view bytes) {
    return file.is_open() && write_all(file.get(), bytes) && ::fsync(file.get()) == 0;
}

// Gives a file without a name that name, unless it is taken.
bool name_file(const descriptor& file, const fs::path& name) {
    const std::string open_file = "/proc/self/fd/" + std::to_string(file.get());
    return ::linkat(AT_FDCWD, open_file.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

bool is_renamed(const fs::path& from, const fs::path& to) {
    return std::rename(from.c_str(), to.c_str()) == 0;
}

// A file without a name goes with its process, so a kill leaves nothing. Only where another file is
// replaced there is a moment with a second name. Not every file system has such files: there, what
// was written is left.
bool is_put(const fs::path& path, const fs::path& temporary, std::string_view bytes) {
    const descriptor nameless(
        ::open(folder_of(path).c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666));
    if (nameless.is_open())
        return is_written(nameless, bytes) &&
               (name_file(nameless, path) ||
                (errno == EEXIST && name_file(nameless, temporary) && is_renamed(temporary, path)));
    descriptor named(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    return is_written(named, bytes) && named.close() == 0 && is_renamed(temporary, path);
}

// Makes the new name durable; a folder that cannot be opened or synced still holds the file.
void sync_folder_of(const fs::path& path) {
    const descriptor opened(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.is_open())
        ::fsync(opened.get());
}

} // namespace

void write_file_atomically(const fs::path& path, std::string_view bytes) {
    const fs::path temporary = temporary_beside(path);
    if (is_put(path, temporary, bytes)) {
        sync_folder_of(path);
        return;
    }
    const int cause = errno;
    ::unlink(temporary.c_str());
    errno = cause;
    fail_to_write(path);
}

std::string read_file(const fs::path& path, const image_limits& limits) {
    const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!file.is_open() || ::fstat(file.get(), &status) != 0)
        fail_to_read(path);
    if (!S_ISREG(status.st_mode))
        throw image_error(path.string() + " is not a file; name a PNG, JPEG or WebP");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > limits.bytes_max)
        throw image_error(path.string() + " has " + std::to_string(size) +
                          " bytes, above the limit of " + std::to_string(limits.bytes_max) +
                          "; make it smaller");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t count = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            fail_to_read(path);
        if (count == 0)
            break;
        filled += static_cast<std::size_t>(count);
    }
    bytes.resize(filled);
    return bytes;
}

} // namespace perdure::inpaint
