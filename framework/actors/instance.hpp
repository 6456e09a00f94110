// SPDX-License-Identifier: Apache-2.0
// One live orchestration instance: gathers its mail, runs steps, commits them, carries them out.
//
//              start            step                          last step
//   (unknown) ───────► running ──────► running ... ─────────────────────► finished
//                         │ code and history disagree, code is missing, or an activity can't
//                         │ read what it needs
//                         └───────► held: records what arrives, runs nothing until the hub is
//                         reopened
//
// A suspended one records like a held one, until it is resumed. Whatever is not finished can be
// terminated. A finished one that has failed can be rewound: it runs again, from its history. A
// finished one can be removed, and then its id is unknown.
//
// One whose rows can't be read is held too, and records nothing: what is sent to it stays in its
// inbox.
#pragma once

#include "actors/seen_keys.hpp"
#include "actors/services.hpp"
#include "history/rewinds.hpp"
#include "store/rows.hpp"
#include "turn/closing.hpp"
#include "turn/execution.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace perdure::actors {

/// With their numbers, in the order of arrival.
using kept_events = std::vector<std::pair<std::uint64_t, store::kept_event>>;

/// For whoever waits for an acknowledgement.
std::exception_ptr refusal(errc code, const std::string& message);

/// Threads: one at a time. Durability: every step is one commit; what the step decided is carried
/// out when that commit is durable, except messages within the hub, which follow in commit order.
class instance {
  public:
    instance(std::string id, services& hub);
    ~instance();

    void receive(mail letter) { letters_.push_back(std::move(letter)); }
    /// Whether mail may be on its way that a step could take, too: not where one answer is all
    /// that is waited for, as in a sequence.
    bool may_gather() const noexcept;
    /// Handles all mail received; several letters make one step. Gives false when it has left the
    /// router and its actor must end. An exception here is a bug of ours or a lack of memory: the
    /// process ends and recovers, instead of going on with half a step.
    bool step() noexcept;

  private:
    /// An activity that was given to the pool.
    struct run {
        std::uint32_t call = 0; ///< Task id of the call's first attempt.
        std::shared_ptr<run_control> control;
    };

    /// Steps of the history, all of one of its parts.
    struct kept_steps {
        std::vector<std::uint32_t> numbers;
        std::vector<blob> blobs; ///< References, each time that one is named.
        std::uint64_t events = 0;
    };

    /// What the letters of one step come to.
    struct gathered {
        std::vector<history::event> arrived;
        std::unordered_set<std::uint32_t> settled;
        std::vector<commit_callback> acknowledge;
        std::vector<heartbeat_mail> beats;
        std::vector<run> stopped; ///< Are in vain now.
        bool must_rest = false;
        bool is_end = false; ///< The execution ends in it.
        bool must_tell = false; ///< Who waits learns how it ended.
        bool must_wake = false; ///< When the commit is durable, the next execution runs.
        commit part;
    };

    // instance.cpp: life cycle and mail
    void load();
    void rehydrate();
    history::undone_steps read_undone();
    void take_timers(const turn::open_requests& open);
    void hold(std::string reason);
    void turn_away(mail& letter, gathered& into);
    void handle(start_mail& letter, gathered& into);
    void handle(outcome_mail& letter, gathered& into);
    void handle(obstacle_mail& letter, gathered& into);
    void handle(inbox_mail& letter, gathered& into);
    void handle(timer_mail& letter, gathered& into);
    void handle(event_mail& letter, gathered& into);
    void handle(signal_mail& letter, gathered& into);
    void handle(control_mail& letter, gathered& into);
    void handle(removal_mail& letter, gathered& into);
    void handle(visit_mail&, gathered&) {} // for entities
    void handle(return_mail&, gathered&) {}
    void handle(scheduled_mail& letter, gathered& into);
    void handle(wake_mail& letter, gathered& into);
    void handle(rest_mail& letter, gathered& into);
    void handle(heartbeat_mail& letter, gathered& into);
    bool is_open(std::uint32_t task_id, gathered& into) const;
    bool awaits(const history::event& outcome, gathered& into);
    bool can_rest() const;
    instance_status status() const;

    // instance_start.cpp: beginnings
    bool is_repetition(const start_mail& letter) const;
    std::optional<std::vector<std::string>> make_room(commit& part);
    void create(history::execution_started begun, std::vector<std::string> start_keys,
                gathered& into);
    void make_execution();
    void start_by(const history::message& sent, gathered& into);
    void begin_scheduled(gathered& into);
    bool is_start_awaited() const;

    // instance_events.cpp: external events
    void receive_event(history::event_raised raised, gathered& into);
    bool has_seen(const std::string& key);
    void load_kept();
    void keep(event_mail& letter, gathered& into);
    void put_kept(event_mail&& letter, commit& part);
    kept_events::iterator drop_kept(kept_events::iterator which, commit& part);
    void deliver_kept(gathered& into);
    void expire_kept(gathered& into);

    // instance_continue.cpp: the next execution
    history::step renew(history::execution_continued next, std::vector<history::event> unread,
                        timestamp now, commit& part);

    // instance_clear.cpp: removing an execution
    kept_steps& steps_of(history::scope_id scope);
    void count(const history::step& recorded);
    void drop_scope(std::uint32_t task_id, commit& part);
    void remove_steps(const kept_steps& kept, commit& part) const;
    void forget_steps();
    void note_start_timer(const history::step& recorded);
    void scan_history(const std::function<void(history::step)>& visit);
    /// Removes what the execution left on disk, all but the instance's row. Throws error (damaged)
    /// if its history can't be read, and nothing has changed.
    void clear_history(commit& part);
    /// The same with the row: then there is no such instance.
    void clear_instance(commit& part);
    void set_timer(std::uint32_t task_id, timestamp due, const std::string& execution,
                   commit& part);
    void remove_timer(std::uint32_t task_id, commit& part);

    // instance_wait.cpp: letters that need the rows as they are on disk
    bool can_read_rows() const;
    bool needs_rows(const mail& letter) const;
    bool must_wait_for_rows(const mail& letter, gathered& into);
    void advance_before(gathered& into);
    void wait_for_rows();
    void find_open();

    // instance_control.cpp: steps that a client or a parent wants, each a commit of its own
    const turn::open_requests& open_requests();
    void handle_termination(inbox_mail& letter);
    void terminate(history::execution_terminated why, gathered now);
    void suspend(history::execution_suspended why, gathered now);
    void resume(history::execution_resumed why, gathered now);
    bool is_suspended() const;

    // instance_rewind.cpp: back to before a failure
    void handle_rewind(control_mail& letter);
    void start_again(gathered& into);
    void rewind(payload reason, gathered now);

    // instance_removal.cpp: purge and restart
    void forget();

    // instance_step.cpp: evaluation and commit
    void advance(gathered now);
    turn::decision evaluate(timestamp now, std::vector<history::event> arrived);
    void carry_out(turn::decision made, gathered now);
    void decide(const history::event& decided, gathered& now);
    void finish(const history::execution_completed& outcome, gathered& now);
    void answer_parent(commit& part) const;
    void put_rows(const std::vector<turn::part>& parts, std::optional<payload> custom_status,
                  commit& part);
    void put_step(const history::step& record, commit& part);
    void submit(gathered now, std::vector<work> to_run);
    void warn_of_growth(std::uint64_t events_before);
    void add_scheduled(const history::event& decided, std::vector<work>& to_run);
    bool has_outstanding() const;

    // instance_heartbeats.cpp
    void load_heartbeats();
    void put_heartbeats(gathered& now);
    void put_heartbeat(std::uint32_t call, run_control& sent_by, commit& part);
    void drop_heartbeat(std::uint32_t call, commit& part);
    std::optional<payload> heartbeat_of(std::uint32_t call) const;
    void stop_run(std::uint32_t task_id, gathered& now);

    std::string id_;
    services* hub_;
    std::vector<mail> letters_;
    std::uint64_t received_ = 0;

    bool is_loaded_ = false;
    bool is_waiting_ = false; ///< For the disk: the letters that have come are handled then.
    bool is_readable_ = true; ///< Its rows were what was written.
    bool must_put_row_ = false;
    bool is_held_ = false; ///< The hub knows why.
    bool must_evaluate_ = false; ///< Recorded arrivals await code.
    bool is_active_ = false; ///< Has a row in the active table.
    bool is_history_known_ = false; ///< What is noted of the history is all that is in it.
    /// The row as it is stored, which takes a tenth of the room: most instances wait most of the
    /// time. In a step it is unpacked.
    std::string packed_row_;
    std::unique_ptr<store::instance_row> row_;
    std::unique_ptr<turn::execution> execution_; ///< Null if unknown, finished or held.
    std::unique_ptr<turn::open_requests> left_open_; ///< By one without an execution, once known.
    std::uint32_t step_count_ = 0; ///< With those that have gone with scopes.
    std::uint64_t event_count_ = 0;
    kept_steps steps_; ///< The orchestration's own.
    std::map<std::uint32_t, kept_steps> scope_steps_; ///< Of scopes that have not ended.
    seen_keys seen_;
    kept_events kept_; ///< While there is no instance.
    std::map<std::uint32_t, timestamp> timers_; ///< Open ones, and that of the start.
    std::map<std::uint32_t, run> runs_; ///< By task id.
    std::map<std::uint32_t, payload> heartbeats_; ///< What the table holds, by call.
    std::uint64_t last_commit_ = 0;
};

} // namespace perdure::actors
