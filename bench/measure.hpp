// SPDX-License-Identifier: Apache-2.0
// Measuring: a hub of its own, and what it and the process spend meanwhile.
#pragma once

#include "bench/latencies.hpp"
#include "bench/plan.hpp"

#include <perdure/task_hub.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace perdure::bench {

using steady = std::chrono::steady_clock;

double seconds_since(steady::time_point begin);
double milliseconds_since(steady::time_point begin);

/// Throws with what is wrong unless `is_right`.
void require(bool is_right, const std::string& wrong);

/// A directory that is gone afterwards.
class scratch_directory {
  public:
    explicit scratch_directory(std::filesystem::path path) : path_(std::move(path)) {}
    ~scratch_directory();
    scratch_directory(const scratch_directory&) = delete;
    scratch_directory& operator=(const scratch_directory&) = delete;

    const std::filesystem::path& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
};

/// A task hub in such a directory.
class scratch_hub {
  public:
    scratch_hub(const plan& wanted, registry functions, hub_options options = {});
    task_hub& operator*() noexcept { return *hub_; }
    task_hub* operator->() noexcept { return hub_.get(); }
    /// Closes it and opens it again.
    void reopen();
    /// How long the last opening took.
    double open_ms() const noexcept { return open_ms_; }

  private:
    scratch_directory directory_;
    registry functions_;
    hub_options options_;
    double open_ms_ = 0;
    std::unique_ptr<task_hub> hub_;
};

/// From its making on: time, processor time, and what the hub counts.
class meter {
  public:
    meter(task_hub& hub, const plan& wanted);

    double seconds() const { return seconds_since(begin_); }
    /// The figures so far, for so many completions.
    figures read(std::uint64_t completed) const;

  private:
    task_hub* hub_;
    bool is_syncing_;
    hub_metrics before_;
    double cpu_before_;
    steady::time_point begin_;
};

/// p50, p95, p99 and the longest.
void add_latencies(figures& into, const latencies& seen, const plan& wanted);

} // namespace perdure::bench
