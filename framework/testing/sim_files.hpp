// SPDX-License-Identifier: Apache-2.0
// The simulated disk as RocksDB sees it: a file system, a clock on which sleeping costs nothing,
// and one background thread that a test can wait for.
#pragma once

#include "testing/sim_disk.hpp"

#include <memory>

namespace rocksdb {
class Env;
class FileSystem;
} // namespace rocksdb

namespace perdure::testing {

/// RocksDB's view of `disk`, which must outlive it.
std::shared_ptr<rocksdb::FileSystem> make_sim_file_system(sim_disk& disk);

/// Lifetime: must outlive every database opened on env(), also one that lost its disk's power.
class sim_files {
  public:
    sim_files();
    ~sim_files();
    sim_files(const sim_files&) = delete;
    sim_files& operator=(const sim_files&) = delete;

    sim_disk& disk() noexcept { return disk_; }
    /// For store::open_rocks_store.
    rocksdb::Env* env() noexcept;
    /// Runs the flushes, compactions and deletions that RocksDB has planned. Called between the
    /// caller's own steps, by one thread, it makes the order of all file operations reproducible.
    void settle();

  private:
    class background;
    class environment;

    sim_disk disk_;
    std::unique_ptr<environment> env_;
};

} // namespace perdure::testing
