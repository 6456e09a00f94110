// SPDX-License-Identifier: Apache-2.0
// This program once more, as a child that dies with its parent.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace perdure::crash {

class child {
  public:
    /// What it prints is appended to the log.
    child(const std::vector<std::string>& arguments, const std::filesystem::path& log);
    ~child();
    child(const child&) = delete;
    child& operator=(const child&) = delete;

    void kill() const;
    /// The exit code, or minus the signal, if it has ended.
    std::optional<int> ended();

  private:
    pid_t pid_ = -1;
    std::optional<int> ended_;
};

} // namespace perdure::crash
