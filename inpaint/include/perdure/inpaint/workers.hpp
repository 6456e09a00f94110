// SPDX-License-Identifier: Apache-2.0
// Runs independent pieces of work on a few threads and waits for all of them.
#pragma once

#include <functional>
#include <memory>

namespace perdure::inpaint {

/// Threads that help with pieces of work and stay until the crew ends: a pass over a small level
/// takes less time than to start a thread. The first piece of work starts them.
/// Threads: run() may be called from several at once; pieces must not themselves wait for others.
class crew {
  public:
    /// `threads`: how many work at a call of run(), the caller included.
    explicit crew(int threads);
    ~crew();
    crew(const crew&) = delete;
    crew& operator=(const crew&) = delete;

    int threads() const { return threads_; }

    /// Calls work(0) .. work(count - 1), each once. Rethrows the failure with the lowest index
    /// after all pieces have ended.
    void run(int count, const std::function<void(int)>& work);

  private:
    class helpers;
    const int threads_;
    const std::unique_ptr<helpers> helpers_;
};

/// The same once, with threads that end with it.
void run_parallel(int threads, int count, const std::function<void(int)>& work);

} // namespace perdure::inpaint
