// SPDX-License-Identifier: Apache-2.0
// What the actors of one hub share. The hub owns all of it and outlives its actors.
#pragma once

#include "actors/activity_pool.hpp"
#include "actors/blob_cache.hpp"
#include "actors/committer.hpp"
#include "actors/counters.hpp"
#include "actors/heartbeat_watch.hpp"
#include "actors/router.hpp"
#include "actors/timers.hpp"
#include "actors/waiters.hpp"
#include "base/engine_clock.hpp"
#include "base/probe.hpp"
#include "base/random.hpp"
#include "store/store.hpp"

#include <perdure/registry.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace perdure::actors {

/// Why which instances are held. In memory: it follows from history and code.
class held_list {
  public:
    void set(const std::string& instance, std::string reason) {
        const std::scoped_lock lock(mutex_);
        reasons_[instance] = std::move(reason);
    }
    void clear(const std::string& instance) {
        const std::scoped_lock lock(mutex_);
        reasons_.erase(instance);
    }
    std::optional<std::string> find(const std::string& instance) const {
        const std::scoped_lock lock(mutex_);
        const auto found = reasons_.find(instance);
        if (found == reasons_.end())
            return std::nullopt;
        return found->second;
    }

  private:
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::string> reasons_;
};

struct services {
    const registry* functions = nullptr;
    base::engine_clock* clock = nullptr;
    base::entropy* entropy = nullptr;
    store::store* rows = nullptr;
    committer* commits = nullptr;
    router* routes = nullptr;
    activity_pool* activities = nullptr;
    timers* alarms = nullptr; ///< For the timers of instances.
    heartbeat_watch* heartbeats = nullptr;
    blob_cache* blobs = nullptr;
    waiters* waiting = nullptr;
    held_list* held = nullptr;
    counters* counted = nullptr;
    base::probe* disturbed_by = nullptr;
    std::size_t inline_payload_max = 0;
    std::size_t history_warning = 0; ///< Events; 0: never.
    std::atomic<bool> has_kept{false}; ///< There may be events for instances that do not exist.
    std::atomic<bool> is_killed{false}; ///< Actors end at their next message, with nothing done.
    std::function<void(std::string_view)> log;
    bool may_run_ahead = false; ///< Activities, of the commit that schedules them.
};

} // namespace perdure::actors
