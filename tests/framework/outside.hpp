// SPDX-License-Identifier: Apache-2.0
// The outside world of the engine, owned by a test: clock, entropy, storage and scheduler.
#pragma once

#include "testing/memory_store.hpp"
#include "testing/stepped_system.hpp"
#include "testing/virtual_world.hpp"

#include <perdure/error.hpp>

#include <unistd.h>

#include <filesystem>
#include <string>

namespace perdure::tests {

using testing::manual_clock;
using testing::memory_store;
using testing::seeded_entropy;
using testing::stepped_system;

/// A new directory below the system's temporary one, removed with everything in it.
class temporary_directory {
  public:
    temporary_directory() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "perdure-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error("no temporary directory");
        path_ = pattern;
    }
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

} // namespace perdure::tests
