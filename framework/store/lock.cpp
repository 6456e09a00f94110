// SPDX-License-Identifier: Apache-2.0
#include "store/lock.hpp"

#include <perdure/error.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

namespace perdure::store {
namespace {

std::string this_process() {
    std::string program;
    std::ifstream("/proc/self/comm") >> program;
    return "process " + std::to_string(::getpid()) + " (" + program + ")";
}

std::string read_holder(int file) {
    std::array<char, 256> text{};
    const auto size = ::pread(file, text.data(), text.size(), 0);
    return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "another process";
}

std::string system_message() {
    const bool is_limit = errno == EMFILE || errno == ENFILE;
    return std::generic_category().message(errno) +
           (is_limit ? "; raise the limit of open files (ulimit -n)" : "");
}

/// Locks an open file, or closes it and throws.
void lock(int file, int kind, const std::filesystem::path& directory) {
    // flock and not fcntl: it also keeps out a second opener within this process.
    if (::flock(file, kind | LOCK_NB) == 0)
        return;
    const bool is_held = errno == EWOULDBLOCK;
    const std::string why = is_held ? read_holder(file) : system_message();
    ::close(file);
    if (is_held)
        throw error(errc::hub_locked, "the task hub in " + directory.string() + " is open in " +
                                          why + "; close it there, or open another directory");
    throw error(errc::storage, "locking " + (directory / "HOLDER").string() + ": " + why);
}

} // namespace

directory_lock::directory_lock(const std::filesystem::path& directory) {
    const auto path = directory / "HOLDER";
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ < 0) {
        const bool is_read_only = errno == EROFS || errno == EACCES || errno == EPERM;
        throw error(is_read_only ? errc::read_only : errc::storage,
                    "opening " + path.string() + " for writing: " + system_message() +
                        (is_read_only ? "; a task hub can only be open where this process may "
                                        "write; `perdure check` reads it as it is"
                                      : ""));
    }
    lock(file_, LOCK_EX, directory);
    const std::string holder = this_process();
    if (::ftruncate(file_, 0) != 0 ||
        ::pwrite(file_, holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size())) {
        const std::string why = system_message();
        ::close(file_);
        throw error(errc::storage, "writing " + path.string() + ": " + why);
    }
}

directory_lock::~directory_lock() {
    // A name that stays would be blamed for the lock of a reader, who can't write its own.
    static_cast<void>(::ftruncate(file_, 0) == 0);
    ::close(file_);
}

reading_lock::reading_lock(const std::filesystem::path& directory) {
    const auto path = directory / "HOLDER";
    file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file_ >= 0)
        lock(file_, LOCK_SH, directory);
    else if (errno != ENOENT)
        throw error(errc::storage, "opening " + path.string() + ": " + system_message());
}

reading_lock::~reading_lock() {
    if (file_ >= 0)
        ::close(file_);
}

} // namespace perdure::store
