// SPDX-License-Identifier: Apache-2.0
// The committer turns many small commits into few synced writes.
//
// Invariant: the order on disk is the order of submission, and a commit's callback runs only after
// it and everything before it is durable. Within the hub nobody waits for that: a step may build on
// a commit that is still in the open group. A message put and consumed within one group cancels
// out.
#pragma once

#include "actors/blob_ledger.hpp"
#include "actors/commit.hpp"
#include "actors/counters.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace perdure::actors {

struct submitted {
    std::uint64_t number; ///< Of the commit; counts from 1.
    std::uint64_t first_order; ///< Inbox order of its first message; the others follow.
    std::vector<turn::outgoing_message> messages; ///< Its own, to be sent on.
};

/// Threads: submit() from any thread; writes happen in one actor, detached unless the scheduler is
/// a test's; callbacks run in another, so that the next group is written meanwhile, or in the same
/// where there is none and another thread would only have to be woken. Errors: after a
/// failed write the outcome is unknown, so this and every later commit is refused with error
/// (poisoned).
class committer {
  public:
    committer(caf::actor_system& system, bool is_detached, store::store& rows, bool sync,
              std::uint64_t first_order, counters& counted);

    submitted submit(commit part);
    /// Number of the newest commit that is durable.
    std::uint64_t durable_number() const noexcept {
        return durable_.load(std::memory_order_acquire);
    }
    bool is_idle() const noexcept;
    bool is_poisoned() const noexcept;
    /// As if the process died here: what has gathered is not written, and nobody is told.
    void kill() noexcept;
    /// Refuses every later commit: what the hub would do next can't be known.
    void poison(std::exception_ptr reason);
    /// Called once, when the hub is poisoned.
    void on_poison(commit_callback told) { on_poison_ = std::move(told); }
    /// Told the keys of scheduled messages that are durable, in the order of commits. `opening` is
    /// a random number in them.
    void on_scheduled(std::uint64_t opening, std::function<void(std::vector<std::string>)> told) {
        opening_ = opening;
        on_scheduled_ = std::move(told);
    }
    std::vector<caf::actor> actors() const { return {writer_, releaser_}; }

    /// For the writing actor: writes everything that has gathered.
    void flush() noexcept;
    /// Commits that are written together.
    struct group {
        std::vector<store::change> changes;
        std::vector<commit> parts; ///< What is left of them: blobs and callbacks.
        std::unordered_map<std::uint64_t, std::size_t> inbox; ///< Row of a message, by order.
        std::uint64_t last = 0;
        timestamp time{}; ///< The latest of its commits.
        std::exception_ptr failed;

        void clear();
    };
    /// For the releasing actor: tells a written group's callbacks.
    void release(std::shared_ptr<group> written) noexcept;

  private:
    void send(commit& part, const turn::outgoing_message& message, std::string stored);
    void consume(const consumed_message& message);
    std::exception_ptr write(group& gathered);
    bool is_quiet_behind(const group& written) const noexcept;

    store::store* rows_;
    bool sync_;
    bool is_detached_;
    counters* counted_;
    blob_ledger ledger_;
    timestamp time_{}; ///< What the clock's row says; for the writing actor.
    commit_callback on_poison_;
    std::uint64_t opening_ = 0;
    std::function<void(std::vector<std::string>)> on_scheduled_;

    mutable std::mutex mutex_;
    group open_;
    std::shared_ptr<group> spare_; ///< An empty one with room: growing under the lock takes long.
    bool is_flush_requested_ = false;
    std::uint64_t next_number_ = 1;
    std::uint64_t next_order_;
    std::exception_ptr poisoned_;
    bool is_killed_ = false;

    std::atomic<std::uint64_t> durable_{0};
    std::atomic<std::int64_t> unreleased_{0}; ///< Groups taken for writing whose callbacks wait.
    caf::actor releaser_;
    caf::actor writer_;
};

} // namespace perdure::actors
