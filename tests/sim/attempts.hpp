// SPDX-License-Identifier: Apache-2.0
// Many small independent attempts, shared by threads. Each can be repeated alone.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace perdure::sim {

std::size_t cores();

/// Threads: all members from any thread.
class attempts {
  public:
    /// Calls task(0) to task(count - 1), each once, on that many threads, but begins none after
    /// `seconds_max` (0: no limit). How many it has called.
    std::size_t share(std::size_t count, std::size_t threads, std::uint64_t seconds_max,
                      const std::function<void(std::size_t)>& task);

    /// Makes one attempt. What it throws is counted and printed, together with the arguments of
    /// perdure-sim that repeat it; so is the end of the process.
    void make(const std::string& repeat, const std::function<void()>& attempt);

    std::uint64_t failures() const noexcept { return failures_; }

  private:
    std::atomic<std::uint64_t> failures_{0};
    std::mutex printing_;
};

} // namespace perdure::sim
