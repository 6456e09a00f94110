// SPDX-License-Identifier: Apache-2.0
// What makes a list of steps the history of an execution, and what such a list adds up to.
//
//   history  = step, step, ...          times never go back; nothing follows an end but a rewind
//   step     = arrived*, decided*       decides nothing if it ran no code; without arrivals only
//                                       after a step that ran no code; runs none while suspended
//            | arrived*, decided*       of a scope that is open: runs code; only outcomes of what
//            it
//                                       asked for arrive, and it decides no end
//            | ExecutionRewound, arrived*
//                                       runs no code; after ExecutionCompleted (failed or
//                                       terminated). All is as before the step it goes back to,
//                                       then this arrives; only task ids go on
//            | ExecutionTerminated, what closes open requests*, ExecutionCompleted
//                                       runs no code; the only one whose status is Terminated
//   arrived  = ExecutionStarted         the first event, and only that; if it says when to start,
//                                       no code runs before
//            | EventRaised
//            | EventTaken | EventReturned   of an event that has arrived
//            | ExecutionSuspended       unless it is suspended
//            | ExecutionResumed         if it is suspended
//            | outcome                  of a request of its kind in an earlier step; one each
//   outcome  = TaskCompleted | TaskFailed | SubOrchestrationInstanceCompleted
//            | SubOrchestrationInstanceFailed | EntityOperationCompleted | EntityOperationFailed
//            | TransactionCompleted | TransactionFailed
//            | EntityLockGranted        also of a request that has been given up
//            | TimerFired               not before it was due
//            | ScopeCompleted | ScopeFailed   its steps are gone
//   decided  = request                  task ids count from 0; only those of scopes that have
//                                       ended are missing
//            | TimerCanceled            of a timer that is open, or whose firing the code sees only
//                                       now
//            | TaskCanceled             the same of an activity
//            | SubOrchestrationInstanceCanceled   the same of a child
//            | ScopeCanceled            of a scope that is open; its steps are gone
//            | EntityUnlockSent         of the lock request that was not given up yet
//            | end                      the last event; nothing that can be cancelled is open, no
//                                       lock held
//   end      = ExecutionCompleted | ContinueAsNew
//   request  = TaskScheduled | SubOrchestrationInstanceCreated | TimerCreated
//            | EntityOperationCalled     without a due time
//            | EntityOperationSignaled | TransactionRequested | OrchestrationStartRequested
//            | ScopeEntered
//            | EntityLockRequested      sorted, each entity once; the same part holds no
//                                      other lock
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
    bool is_canceled = false; ///< A timer, activity, child, scope or lock that was given up.
    bool is_undone = false; ///< By a rewind: it counts no more, but keeps its number.
    scope_id scope{}; ///< Whose code asked.
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
    /// Reads the next step. Gives what is wrong with it, a line each. Steps are numbered from 0;
    /// those of scopes that have ended are missing.
    std::vector<std::string> add(const step& next) { return add(step_count_, next); }
    std::vector<std::string> add(std::uint32_t number, const step& next);
    /// After the last step: what is missing, if that is not what scopes took with them.
    std::optional<std::string> incomplete() const;

    const std::optional<execution_started>& started() const noexcept { return started_; }
    const std::optional<execution_completed>& ended() const noexcept { return ended_; }
    /// Whether the instance goes on with another execution.
    bool is_continued() const noexcept { return is_continued_; }
    /// When its code may run for the first time, if that was asked for and has not happened yet.
    std::optional<timestamp> start_awaited() const noexcept;
    /// By task id.
    const std::map<std::uint32_t, request>& requests() const noexcept { return requests_; }
    /// The least number that no request has had.
    std::uint32_t next_task_id() const noexcept { return next_task_id_; }
    /// Whether a request of that number has gone with a scope.
    bool is_gone(std::uint32_t task_id) const noexcept {
        return task_id < next_task_id_ && !requests_.contains(task_id);
    }
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

    /// Numbers of requests that are missing.
    struct gap {
        std::uint32_t from;
        std::uint32_t to; ///< Not part of it.
    };

    void check_shape(const step& next, std::vector<std::string>& wrong) const;
    void check_scope(const step& next, std::vector<std::string>& wrong) const;
    void note_end(const scope_end& ended);
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
    std::uint32_t next_task_id_ = 0;
    std::vector<gap> gaps_; ///< That no scope explains yet.
    scope_id reading_; ///< Whose step is read.
    std::uint64_t raised_ = 0; ///< Events.
    std::uint64_t missing_steps_ = 0;
    std::uint64_t removed_steps_ = 0; ///< By scopes that have ended.
    std::uint32_t first_missing_ = 0;
    std::set<scope_id> with_lock_; ///< Whose code holds one or has asked for it.
    timestamp time_{};
    std::uint32_t step_count_ = 0;
    std::uint32_t rewinds_ = 0;
    bool is_empty_ = true;
    bool has_run_ = false; ///< Some step ran code.
    bool is_resumed_ = false; ///< At some time.
    bool awaits_code_ = false; ///< The last step ran none.
    bool may_be_empty_ = false; ///< Nor has the orchestration's own since.
    bool is_suspended_ = false;
};

} // namespace perdure::history
