// SPDX-License-Identifier: Apache-2.0
// What makes a list of steps the history of an execution, and what such a list adds up to.
//
//   history  = step, step, ...          times never go back; nothing follows an end but a rewind
//   step     = arrived*, decided*       decides nothing if it ran no code; without arrivals only
//                                       after a step that ran no code; runs none while suspended
//            | ExecutionRewound, arrived*
//                                       runs no code; after ExecutionCompleted (failed or
//                                       terminated). All is as before the step it goes back to,
//                                       then this arrives; only task ids go on
//            | ExecutionTerminated, what closes open requests*, ExecutionCompleted
//                                       runs no code; the only one whose status is Terminated
//   arrived  = ExecutionStarted         the first event, and only that; if it says when to start,
//                                       no code runs before
//            | EventRaised
//            | ExecutionSuspended       unless it is suspended
//            | ExecutionResumed         if it is suspended
//            | outcome                  of a request of its kind in an earlier step; one each
//   outcome  = TaskCompleted | TaskFailed | SubOrchestrationInstanceCompleted
//            | SubOrchestrationInstanceFailed | EntityOperationCompleted | EntityOperationFailed
//            | TransactionCompleted | TransactionFailed
//            | EntityLockGranted        also of a request that has been given up
//            | TimerFired               not before it was due
//   decided  = request                  task ids count from 0
//            | TimerCanceled            of a timer that is open, or whose firing the code sees only
//                                       now
//            | TaskCanceled             the same of an activity
//            | SubOrchestrationInstanceCanceled   the same of a child
//            | EntityUnlockSent         of the lock request that was not given up yet
//            | end                      the last event; nothing that can be cancelled is open, no
//                                       lock held
//   end      = ExecutionCompleted | ContinueAsNew
//   request  = TaskScheduled | SubOrchestrationInstanceCreated | TimerCreated
//            | EntityOperationCalled     without a due time
//            | EntityOperationSignaled | TransactionRequested | OrchestrationStartRequested
//            | EntityLockRequested      sorted, each entity once; no other lock is held
//   retry    = failed or cancelled attempt, TimerCreated and TimerFired (the pause), next attempt
#pragma once

#include "history/event.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace perdure::history {

/// Whether `outcome` is of the kind that settles `asked`. Says nothing about their task ids.
bool answers(const event& outcome, const event& asked) noexcept;

/// Something an execution asked for, and what came of it.
struct request {
    event asked;
    std::optional<event> outcome;
    bool is_canceled = false; ///< A timer, activity, child or lock that was given up.
    bool is_undone = false; ///< By a rewind: it counts no more, but keeps its number.
    std::uint32_t asked_in = 0; ///< Step,
    std::uint32_t settled_in = 0; ///< and that of the outcome,
    std::uint32_t canceled_in = 0; ///< and of the cancellation, if there is one.

    /// Whether an outcome is still to come; of a lock, whether it is held or asked for. Signals
    /// and detached starts have none.
    bool is_open() const noexcept;
};

/// Reads a history step by step: says what breaks the grammar, and knows what the steps so far add
/// up to. Any steps may be read; after a broken one the rest is read as well as it can be.
class reading {
  public:
    /// Reads the next step. Gives what is wrong with it, a line each.
    std::vector<std::string> add(const step& next);

    const std::optional<execution_started>& started() const noexcept { return started_; }
    const std::optional<execution_completed>& ended() const noexcept { return ended_; }
    /// Whether the instance goes on with another execution.
    bool is_continued() const noexcept { return is_continued_; }
    /// When its code may run for the first time, if that was asked for and has not happened yet.
    std::optional<timestamp> start_awaited() const noexcept;
    /// By task id.
    const std::map<std::uint32_t, request>& requests() const noexcept { return requests_; }
    /// The calls of activities and children that have, or may get, an attempt that is under way: by
    /// the task ids of their first attempts.
    std::vector<std::uint32_t> calls_alive() const;
    /// What the instance's status is after these steps.
    runtime_status status() const noexcept;
    std::uint32_t rewinds() const noexcept { return rewinds_; }
    /// The time of the last step.
    timestamp time() const noexcept { return time_; }
    /// Whether recovery has to look at the instance even if no message or timer does: an activity
    /// is to be run, or code is to see what arrived.
    bool has_work() const noexcept;
    /// What is asked for and has no outcome, by task id.
    std::map<std::uint32_t, event> open() const;

  private:
    struct arrival;
    struct decision;
    /// An activity or child that may be tried again.
    struct attempts {
        std::uint32_t retry = 0; ///< Of the last attempt.
        std::uint32_t last = 0; ///< Task id of the last attempt, or the pause after it.
    };

    void check_shape(const step& next, std::vector<std::string>& wrong) const;
    void check_end(const step& next, std::vector<std::string>& wrong) const;
    void go_back(std::uint32_t to_step);
    void recount();
    bool is_over() const noexcept { return ended_ || is_continued_; }

    std::optional<execution_started> started_;
    std::optional<execution_completed> ended_;
    bool is_continued_ = false;
    std::map<std::uint32_t, request> requests_;
    std::map<std::uint32_t, attempts> attempts_; ///< By call.
    std::set<std::uint32_t> unseen_; ///< Requests whose outcome no code has seen yet.
    bool has_lock_ = false; ///< Held or asked for.
    timestamp time_{};
    std::uint32_t step_count_ = 0;
    std::uint32_t rewinds_ = 0;
    bool is_empty_ = true;
    bool has_run_ = false; ///< Some step ran code.
    bool is_resumed_ = false; ///< At some time.
    bool awaits_code_ = false; ///< The last step ran none.
    bool is_suspended_ = false;
};

} // namespace perdure::history
