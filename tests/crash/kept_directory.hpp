// SPDX-License-Identifier: Apache-2.0
// A directory that stays if something goes wrong in it.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>

#include <stdlib.h>

namespace perdure::crash {

class kept_directory {
  public:
    kept_directory() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "perdure-kill-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::system_error(errno, std::generic_category(), "making " + pattern);
        path_ = pattern;
    }

    const std::filesystem::path& path() const noexcept { return path_; }
    /// All went well.
    void remove() const { std::filesystem::remove_all(path_); }

  private:
    std::filesystem::path path_;
};

} // namespace perdure::crash
