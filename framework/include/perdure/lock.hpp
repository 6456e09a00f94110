// SPDX-License-Identifier: Apache-2.0
// Critical sections: an orchestration has several entities to itself for a while.
//
//   auto guard = co_await ctx.lock(accounts["alice"], accounts["bob"]);
//   const int balance = co_await ctx.call(accounts["alice"], &account::get);
//   ...                                                    // nobody else's operations run
//   meanwhile
//
// Operations of others wait, durably and in order. Entities are locked in one global order, each
// once, so that critical sections can't wait for each other in a circle. The rules, of which each
// breach throws error (critical_section):
//
//   1. no section inside another        4. one call at a time to each locked entity
//   2. no child orchestrations inside   5. no signals to locked entities
//   3. only locked entities are called  6. no calls to them before all locks are granted
//
// To run one function over several states, a transaction (transaction.hpp) is simpler and faster.
#pragma once

#include <perdure/detail/host.hpp>
#include <perdure/ids.hpp>
#include <perdure/task.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace perdure {

struct lock_options {
    /// How long to wait for the locks. Then the request is withdrawn and error (timeout) thrown.
    std::chrono::milliseconds timeout = std::chrono::milliseconds::max();
};

/// Holds the locks. They go when it is destroyed, and when the orchestration ends in any way; but
/// not when the orchestration only sleeps or the hub closes.
class [[nodiscard]] critical_section {
  public:
    /// For lock(). The slot of a lock request.
    explicit critical_section(detail::slot_ptr requested) noexcept : slot_(std::move(requested)) {}
    critical_section(critical_section&& other) noexcept = default;
    critical_section& operator=(critical_section&& other) noexcept {
        if (this != &other) {
            release();
            slot_ = std::move(other.slot_);
        }
        return *this;
    }
    ~critical_section() { release(); }

    /// Leaves the section now.
    void release() noexcept {
        if (slot_ && slot_->host != nullptr)
            slot_->host->release_lock(*slot_);
        slot_.reset();
    }
    bool is_held() const noexcept { return slot_ && slot_->state == detail::slot_state::completed; }
    /// For lock().
    const detail::slot_ptr& slot() const noexcept { return slot_; }

  private:
    detail::slot_ptr slot_;
};

/// Who has an entity to itself and who waits for it; see client::locks().
struct lock_status {
    struct holder {
        std::string instance;
        timestamp since{};
    };

    entity_id entity;
    std::optional<holder> held; ///< None: the first of those who wait is about to get it.
    std::vector<std::string> waiting; ///< Instances, in order.
};

namespace detail {

task<critical_section> lock(orchestration_host& host, std::vector<entity_id> entities,
                            lock_options options);

} // namespace detail
} // namespace perdure
