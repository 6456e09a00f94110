// SPDX-License-Identifier: Apache-2.0
// Who waits for an instance to finish. Lives in memory only: after a restart, clients ask again.
#pragma once

#include "actors/mail.hpp"

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace perdure::actors {

/// Threads: all members from any thread.
class waiters {
  public:
    /// Returns a number to remove it with.
    std::uint64_t add(const std::string& instance, finished_callback told) {
        const std::scoped_lock lock(mutex_);
        waiting_[instance].push_back({++last_number_, std::move(told)});
        return last_number_;
    }

    void remove(const std::string& instance, std::uint64_t number) {
        const std::scoped_lock lock(mutex_);
        const auto found = waiting_.find(instance);
        if (found == waiting_.end())
            return;
        std::erase_if(found->second, [&](const auto& each) { return each.number == number; });
        if (found->second.empty())
            waiting_.erase(found);
    }

    /// Tells and forgets all who wait for the instance.
    void tell(const instance_status& finished) {
        std::vector<waiter> told;
        {
            const std::scoped_lock lock(mutex_);
            const auto found = waiting_.find(finished.instance);
            if (found == waiting_.end())
                return;
            told = std::move(found->second);
            waiting_.erase(found);
        }
        for (const auto& each : told)
            each.told(finished);
    }

    /// Tells and forgets everybody: nothing will finish any more, for that reason.
    void dismiss(const std::string& reason) {
        std::unordered_map<std::string, std::vector<waiter>> told;
        {
            const std::scoped_lock lock(mutex_);
            told.swap(waiting_);
        }
        for (const auto& [instance, all] : told) {
            instance_status status;
            status.instance = instance;
            status.held = reason;
            for (const auto& each : all)
                each.told(status);
        }
    }

    /// Forgets everybody without a word.
    void forget() {
        const std::scoped_lock lock(mutex_);
        waiting_.clear();
    }

  private:
    struct waiter {
        std::uint64_t number;
        finished_callback told;
    };

    std::mutex mutex_;
    std::uint64_t last_number_ = 0;
    std::unordered_map<std::string, std::vector<waiter>> waiting_;
};

} // namespace perdure::actors
