// SPDX-License-Identifier: Apache-2.0
// What this process uses, and other processes that it starts.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace perdure::bench {

/// User and system time of all threads so far.
double cpu_seconds();
/// Memory that is resident now.
std::uint64_t rss_kib();
/// The most that was, since the last reset.
std::uint64_t rss_max_kib();
void reset_rss_max();

/// This program's own file.
std::filesystem::path own_program();

/// How a child ended.
struct ending {
    int code = 0; ///< Exit code, or minus the signal.
    double cpu_seconds = 0;
    std::uint64_t rss_max_kib = 0;
};

/// Another program. It dies with this one.
class child {
  public:
    child(const std::filesystem::path& program, const std::vector<std::string>& arguments);
    ~child();
    child(const child&) = delete;
    child& operator=(const child&) = delete;

    /// The next line that it prints; nothing when it prints no more.
    std::optional<std::string> read_line();
    void kill();
    ending wait();

  private:
    pid_t pid_ = -1;
    int printed_ = -1;
    std::string unread_;
    std::optional<ending> ended_;
};

} // namespace perdure::bench
