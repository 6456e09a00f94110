// SPDX-License-Identifier: Apache-2.0
// One opener at a time: a lock file that says who holds it.
#pragma once

#include <filesystem>

namespace perdure::store {

/// Holds `directory`/HOLDER locked as long as it lives; the system releases it when the process
/// ends.
class directory_lock {
  public:
    /// Throws error: hub_locked naming the holder, read_only, storage.
    explicit directory_lock(const std::filesystem::path& directory);
    ~directory_lock();
    directory_lock(const directory_lock&) = delete;
    directory_lock& operator=(const directory_lock&) = delete;

  private:
    int file_;
};

/// Keeps openers out while the hub is read, and is kept out by one; readers share. Writes nothing.
class reading_lock {
  public:
    /// Throws as directory_lock does. A directory that was never opened needs no lock.
    explicit reading_lock(const std::filesystem::path& directory);
    ~reading_lock();
    reading_lock(const reading_lock&) = delete;
    reading_lock& operator=(const reading_lock&) = delete;

  private:
    int file_;
};

} // namespace perdure::store
