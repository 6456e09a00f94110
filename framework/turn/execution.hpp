// SPDX-License-Identifier: Apache-2.0
// An execution: the coroutines of one orchestration, and the matching of what they ask for with
// what has happened. A pure function of (history, arrivals, time): no clock, no I/O, no actors.
//
// The same code path runs new work and replay. In both, events are applied one by one, each
// resuming a coroutine as far as it gets; what the coroutine asks for meanwhile is the step's
// decision. New work records the decision; replay compares it with the recorded one and names any
// difference.
//
// An orchestration is one coroutine, its strand, and one more for each of its scopes (scopes.cpp).
// A step is of one strand, and only the code of that one runs in it.
#pragma once

#include "base/random.hpp"
#include "history/event.hpp"
#include "turn/closing.hpp"
#include "turn/decision.hpp"

#include <perdure/detail/definitions.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace perdure::turn {

/// Where the code stopped agreeing with the history.
struct mismatch {
    std::uint64_t event_number = 0; ///< As numbered by client::history().
    std::string recorded;
    std::string asked;

    std::string text() const;
};

/// Threads: one at a time. Lifetime: destroying it destroys the coroutine without further effect.
class execution final : public detail::orchestration_host {
  public:
    /// `code` and `blobs` must outlive the execution.
    execution(std::string instance, const detail::orchestration_definition& code,
              blob_source& blobs, std::size_t inline_payload_max);
    ~execution() override;
    execution(const execution&) = delete;
    execution& operator=(const execution&) = delete;

    /// Applies a recorded step. After a mismatch the execution can't be used any more. `asked`, if
    /// wanted, receives what the code decided this time.
    std::optional<mismatch> replay(history::step recorded, decision* asked = nullptr);

    /// Passes over a recorded step that was undone later: only its events are counted.
    void skip(const history::step& undone);

    /// Applies what has arrived and says what the code decides. If that throws, it can't be used
    /// any more, and `arrived` has lost nothing.
    decision run(timestamp now, std::vector<history::event>& arrived);

    /// Keeps what has arrived for the next run: it is recorded, but no code may see it yet.
    void record(std::vector<history::event> arrived);

    bool is_finished() const noexcept { return is_finished_; }
    /// Whether `task_id` names something scheduled that has no outcome yet, or a lock that is held.
    bool is_open(std::uint32_t task_id) const { return open_.contains(task_id); }
    /// What is scheduled and has no outcome yet, and the lock that is held, by task id.
    const std::map<std::uint32_t, history::event>& open() const noexcept { return open_; }
    /// Whether a call, named by the task id of its first attempt, has or may get an attempt that
    /// is under way.
    bool is_alive(std::uint32_t call) const;

    detail::slot_ptr call_activity(std::string_view name, payload input,
                                   const call_options& options) override;
    detail::slot_ptr call_child(std::string_view name, std::string_view instance,
                                payload input) override;
    detail::slot_ptr call_entity(entity_id entity, std::string_view operation,
                                 payload input) override;
    void signal_entity(entity_id entity, std::string_view operation, payload input,
                       timestamp due) override;
    detail::slot_ptr request_lock(std::vector<entity_id> entities) override;
    void release_lock(detail::slot& requested) noexcept override;
    detail::slot_ptr transact(std::string_view name, std::vector<entity_id> entities,
                              payload input) override;
    std::string start_instance(std::string_view name, detached_options options,
                               payload input) override;
    void continue_as_new(std::string_view name, payload input) override;
    detail::slot_ptr enter_scope(std::string_view name, detail::orchestration_definition body,
                                 payload input) override;
    detail::slot_ptr start_timer(timestamp due) override;
    detail::slot_ptr wait_event(std::string_view name) override;
    detail::slot_ptr attend(detail::slot_ptr called, const call_options& options) override;
    void abandon(detail::slot& lost) noexcept override;
    const std::string& instance() const noexcept override { return instance_; }
    const std::string& parent() const noexcept override { return parent_; }
    timestamp now() const noexcept override { return now_; }
    std::uint64_t random() noexcept override;
    bool is_replaying() const noexcept override { return is_replaying_; }
    void set_status(payload status) override;
    void log(std::string_view line) override;

  private:
    /// Events of one name by their place in the order of arrival, and who waits for them, in order:
    /// the orchestration's own code before its scopes.
    using unread_event = std::map<std::uint64_t, history::event_raised>::node_type;
    struct event_queue {
        // Lists, because a deque takes half a kilobyte also when it is empty.
        std::map<std::uint64_t, history::event_raised> unread;
        std::list<detail::slot_ptr> waiting;
        std::list<detail::slot_ptr> waiting_scopes;
    };

    /// The critical section that is asked for or entered; entities sorted, in their text form.
    struct section {
        detail::slot_ptr slot;
        std::vector<std::string> entities;

        bool has(const std::string& entity) const;
        bool is_granted() const { return slot->state == detail::slot_state::completed; }
    };

    /// What a scope was entered with.
    struct beginning {
        detail::orchestration_definition body;
        payload input;
    };

    /// A coroutine: the orchestration's, or that of a scope.
    struct strand {
        history::scope_id scope;
        strand* parent = nullptr;
        std::unique_ptr<beginning> to_begin; ///< Of a scope, until it begins.
        base::random_stream random{0};
        task<payload> main;
        std::unique_ptr<execution::section> section; ///< Null outside of one.
        // What its next evaluation begins with.
        std::vector<detail::slot_ptr> served; ///< Were given events.
        std::vector<history::event> unevaluated; ///< Recorded before.
        std::vector<history::event> inbox;
        std::vector<std::uint32_t> task_ids; ///< Of a scope: all that it has asked for.
        std::uint32_t steps = 0; ///< Of a scope: recorded ones, with those of scopes in it.
        bool is_over = false;

        bool has_work() const { return !served.empty() || !unevaluated.empty() || !inbox.empty(); }
    };

    /// A call with options; retries.cpp.
    struct attended;
    using attended_ptr = std::shared_ptr<attended>;

    void evaluate(strand& which, std::span<const history::event> arrived);
    void evaluate_new(strand& which, std::vector<history::event> arrived);
    void apply(const history::event& happened);
    void apply_late(const history::event& happened);
    void end_if_done();
    void start(const history::execution_started& begun);
    void finish();
    void close(const open_requests& left);

    // scopes.cpp
    strand* strand_of(history::scope_id scope);
    const strand& owner_of(std::uint32_t task_id) const;
    void deliver(std::vector<history::event> arrived, std::vector<history::event> strand::*to);
    strand* next_with_work();
    void note_work(const strand& which);
    void begin(strand& scope);
    void end_scope();
    void clear(strand& scope);
    void cancel_scope(std::uint32_t task_id);
    void note_end(std::uint32_t task_id, const history::scope_trace& trace);
    void count_steps(std::vector<part>& parts);

    void enter_section(std::uint32_t task_id);
    void leave_section();
    void forget_section(strand& of);
    std::uint32_t current_section() const;
    void require_outside(std::string_view what) const;
    void require_callable(const std::string& entity) const;
    void require_signalable(const std::string& entity) const;

    // events.cpp
    void raise(const history::event_raised& raised);
    void offer(std::uint64_t arrival, history::event_raised raised);
    void give(std::uint64_t arrival, history::event_raised raised, detail::slot& to);
    void withdraw(detail::slot& lost);
    void give_back(detail::slot& lost);
    void take(const history::event_taken& taken);
    void serve(event_queue& queue, std::list<detail::slot_ptr>::iterator which, unread_event first);
    void serve_scopes();
    void note_taken(const unread_event& first, const detail::slot& by);
    void record_taken();
    std::vector<history::event> unread_events() const;
    void settle(std::uint32_t task_id, const payload& result);
    void settle(std::uint32_t task_id, const failure& error);
    bool settle_attended(std::uint32_t task_id, const payload& result, const failure* error);
    void begin_attempt(const attended_ptr& call);
    void watch_attempt(const attended_ptr& call);
    void fail_attempt(const attended_ptr& call, const failure& error);
    bool may_retry(const attended& call, const failure& error) const;
    void give_up(attended& call) noexcept;
    void cut_attended() noexcept;
    void cancel(detail::slot_kind kind, std::uint32_t task_id) noexcept;
    detail::slot_ptr take_open(std::uint32_t task_id);
    void complete(detail::slot& waiting, const payload& result);
    void fail(detail::slot& waiting, const failure& error);
    void resume(detail::slot& settled);
    payload outgoing(payload value);
    std::uint32_t next_task_id() const;
    std::uint32_t tell(history::event decided);
    std::uint32_t ask(history::event decided);
    std::string default_child_id() const;
    detail::slot_ptr schedule(detail::slot_kind kind, std::string subject, history::event decided);
    std::optional<mismatch> compare(const std::vector<history::event>& recorded) const;

    std::string instance_;
    const detail::orchestration_definition* code_;
    blob_source* blobs_;
    std::size_t inline_payload_max_;

    std::string parent_;
    std::string execution_id_;
    timestamp now_{};
    bool is_replaying_ = false;
    bool is_finished_ = false;
    bool is_evicted_ = false; ///< What the coroutine's durables do now means nothing.
    std::uint32_t next_task_id_ = 0;
    std::uint64_t event_count_ = 0;

    strand whole_; ///< The orchestration's own.
    std::map<std::uint32_t, strand> scopes_; ///< Those that have not ended, by task id.
    std::uint32_t first_to_begin_ = 0; ///< No scope of a lower number has yet to begin.
    std::vector<std::uint32_t> with_work_; ///< Scopes that have some, by number.
    std::unordered_map<std::uint32_t, strand*> asked_by_; ///< What scopes have asked for.
    strand* running_ = &whole_; ///< Whose code runs.
    decision* deciding_ = nullptr; ///< What the run or replay under way comes to.
    std::vector<history::event> decided_; ///< By the strand that runs.
    const std::vector<history::event>* recorded_ = nullptr; ///< What it should, if it is replayed.
    std::vector<history::event> taken_; ///< By scopes, and not recorded yet.
    std::unordered_map<std::uint32_t, detail::slot_ptr> slots_;
    std::map<std::uint32_t, attended_ptr> attended_; ///< By the task ids that move each on.
    std::map<std::uint32_t, history::event> open_;
    std::map<std::string, event_queue> events_;
    std::uint64_t arrivals_ = 0; ///< Of events.
    std::unique_ptr<history::execution_continued> continuation_; ///< If the code asked for it.
    orchestration_context context_{*this};
};

/// Event names are compared without regard to case.
std::string folded(std::string_view name);

} // namespace perdure::turn
