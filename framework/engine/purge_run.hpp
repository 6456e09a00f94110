// SPDX-License-Identifier: Apache-2.0
// The purge of instances with their children: the deepest generation goes first, so that whatever
// interrupts it, those that are left can be found from those that are left, and it can be repeated.
#pragma once

#include "actors/services.hpp"
#include "store/rows.hpp"

#include <perdure/control.hpp>

#include <atomic>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace perdure::engine {

/// One execution of an instance.
struct purge_target {
    std::string instance;
    std::string execution;
};

/// Threads: told() from any; the rest from the one that makes it.
class purge_run : public std::enable_shared_from_this<purge_run> {
  public:
    /// Reads which descendants of `roots` have ended, if they are to go too.
    purge_run(actors::services& hub, std::vector<purge_target> roots, bool is_recursive);

    /// Purges all of them, generation by generation. The future is ready when all are gone.
    std::future<purge_result> start();

  private:
    void go_on();
    void told(const std::exception_ptr& refused);

    actors::services* hub_;
    std::vector<std::vector<purge_target>> generations_; ///< The deepest last.
    std::promise<purge_result> promise_;
    std::atomic<std::uint64_t> deleted_{0};
    std::atomic<std::size_t> unanswered_{0};
    std::mutex mutex_;
    std::exception_ptr failed_; ///< The first reason to stop.
};

} // namespace perdure::engine
