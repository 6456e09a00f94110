// SPDX-License-Identifier: Apache-2.0
// One instance: its row, its history, and everything that must be there because of them.
//
//   steps count from 0 and follow the grammar (history/grammar.hpp); those that are missing went
//     with scopes
//   the row says what the history adds up to
//   a row in the table of active instances   <=> the history has work
//   a timer row, naming the execution        <=> the timer is open, or the start is awaited
//   a heartbeat row, naming the execution     => its call may have another attempt
//   while the execution lives and a call is open, exactly one thing will answer it:
//     a child:      its start in the inbox | its row, not finished | its answer in the inbox
//     an operation or transaction: the request in the inbox | its answer in the inbox
//     a lock:       see lock_check.hpp
//   once it has ended, nobody waits for answers: at most one
//   a child that was given up and still runs, or has yet to, is told to end by a message
//   no step is later than the hub's clock (rows_check.cpp)
//   with functions: replaying the history asks for what was recorded, and sets the custom status,
//   which may also be that of an execution before, or of what a rewind has undone
//   an answer is what the child's row says, if that is still the child's; who was rewound may
//   answer again, and be asked again
//   what earlier executions of the instance asked for is not judged: their histories are gone;
//     nor is what scopes asked for that have ended
//   no history ends with ContinueAsNew: another has taken its place
#pragma once

#include "check/audit.hpp"
#include "check/cursor.hpp"
#include "check/letter_box.hpp"
#include "check/replayer.hpp"
#include "history/grammar.hpp"
#include "history/rewinds.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace perdure::check {

/// Names a child by itself and by whom it answers.
std::string link_key(std::string_view child, const history::parent_link& parent);

/// Names a heartbeat of an execution.
std::string heartbeat_claim(const store::heartbeat_address& kept, std::string_view execution);

class instance_check {
  public:
    instance_check(audit& of, std::string id) : of_(&of), id_(std::move(id)) {}

    /// In this order; what an instance lacks is left out.
    void read_row(const row& stored);
    void read_step(const row& stored);
    void read_active(const row& stored);
    /// Something of it may be where a table can't be read any more.
    void doubt() noexcept { is_spoiled_ = true; }
    /// Compares what was read.
    void finish();

  private:
    void spoil(store::table where, std::string_view key, std::string what);
    bool is_complete();
    void compare_row();
    void compare_active();
    void check_timer(std::uint32_t task_id, timestamp due);
    void check_requests();
    void read_undone();
    bool may_repeat(const letter& sent) const;
    bool goes_with_request(const letter& sent) const;
    bool is_asked_start(const letter& sent) const;
    void check_child(std::uint32_t task_id, const history::request& request, const letter* sent);
    void check_given_up(const std::string& child, bool is_running);
    void check_answer(const history::event& answer, const history::child_created& asked,
                      const std::optional<store::instance_row>& child, bool is_ours,
                      store::table where, std::string_view key);
    void check_operation(const history::request& request, const letter* sent);
    void check_locks(const std::vector<letter>& letters);
    /// Whether something that it asked for has gone with a scope.
    bool has_gone() const { return history_.next_task_id() != history_.requests().size(); }
    const std::string& execution_id() const { return history_.started()->execution; }
    void lacks_answer(const history::event& asked, std::string_view target);

    audit* of_;
    std::string id_;
    std::optional<store::instance_row> row_;
    history::reading history_;
    std::optional<replayer> replay_;
    history::undone_steps undone_;
    std::uint32_t step_count_ = 0;
    timestamp begun_{}; ///< Time of the first step.
    std::vector<timestamp> written_; ///< When the row can have been written last.
    bool has_row_ = false;
    bool is_active_ = false;
    bool is_spoiled_ = false; ///< Something is wrong already, and the rest can't be judged.
};

} // namespace perdure::check
