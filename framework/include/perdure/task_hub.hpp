// SPDX-License-Identifier: Apache-2.0
// task_hub: a directory of durable instances, entities and blobs, and the engine that runs them.
#pragma once

#include <perdure/client.hpp>
#include <perdure/options.hpp>
#include <perdure/registry.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace perdure {

/// Counters since the hub was opened.
struct hub_metrics {
    std::uint64_t commits = 0; ///< Steps, starts, operations handed to the committer.
    std::uint64_t groups = 0; ///< Commit groups written; except with durability::process, syncs.
    std::uint64_t puts = 0; ///< Rows put or deleted.
    std::uint64_t bytes = 0; ///< Bytes of rows put, blobs included.
    std::uint64_t evaluations = 0; ///< Times an orchestration's code was entered or resumed live.
    std::uint64_t replays = 0; ///< Instances rebuilt from their history.
    std::uint64_t activities = 0; ///< Activity runs finished.
    std::uint64_t long_histories = 0; ///< Times one outgrew hub_options::history_warning.
    std::uint64_t live_orchestrations = 0;
    std::uint64_t live_entities = 0;
    /// How far the hub's clock is ahead of the wall clock, which was set back. While it is, the
    /// hub's clock goes at half speed.
    std::chrono::milliseconds clock_ahead{0};
};

/// An open task hub.
///
/// Threads: all members may be called from any thread; one process at a time has a hub open.
/// Lifetime: closing (or destroying) lets running activities finish or notice their stop token,
/// then writes what is outstanding. Everything unfinished goes on when the hub is next opened.
class task_hub {
  public:
    /// Opens the hub in `directory`, creates it if there is none, and wakes everything with
    /// outstanding work. Throws error (invalid_argument, hub_locked, hub_format, storage).
    static task_hub open(const std::filesystem::path& directory, registry functions,
                         hub_options options = {});

    /// For tests of the engine: takes over a composed hub.
    explicit task_hub(std::unique_ptr<engine::hub> hub);
    task_hub(task_hub&&) noexcept;
    task_hub& operator=(task_hub&&) noexcept;
    ~task_hub();

    perdure::client& client() noexcept { return client_; }
    hub_metrics metrics() const;

    /// Idempotent; not for the engine's own threads. When it returns, the directory is free. Calls
    /// to the client throw error (closed) afterwards.
    void close();

  private:
    std::unique_ptr<engine::hub> hub_;
    perdure::client client_;
};

} // namespace perdure
