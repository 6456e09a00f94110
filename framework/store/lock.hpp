// SPDX-License-Identifier: Apache-2.0
// One opener at a time: a lock file that says who holds it.
#pragma once

#include <filesystem>

namespace perdure::store {

/// Holds `directory`/HOLDER locked as long as it lives; the system releases it when the process
/// ends.
class directory_lock {
  public:
    /// Throws error (hub_locked) naming the holder, or error (storage).
    explicit directory_lock(const std::filesystem::path& directory);
    ~directory_lock();
    directory_lock(const directory_lock&) = delete;
    directory_lock& operator=(const directory_lock&) = delete;

  private:
    int file_;
};

} // namespace perdure::store
