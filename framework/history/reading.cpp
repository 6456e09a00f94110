// SPDX-License-Identifier: Apache-2.0
// What a history adds up to. What breaks one is in grammar.cpp.
#include "history/grammar.hpp"

#include <algorithm>

namespace perdure::history {

bool answers(const event& outcome, const event& asked) noexcept {
    if (is<task_completed>(outcome) || is<task_rejected>(outcome))
        return is<task_scheduled>(asked);
    if (is<child_completed>(outcome) || is<child_rejected>(outcome))
        return is<child_created>(asked);
    if (is<operation_completed>(outcome) || is<operation_rejected>(outcome))
        return is<operation_called>(asked);
    if (is<transaction_completed>(outcome) || is<transaction_rejected>(outcome))
        return is<transaction_requested>(asked);
    if (is<lock_granted>(outcome))
        return is<lock_requested>(asked);
    if (is<scope_completed>(outcome) || is<scope_rejected>(outcome))
        return is<scope_entered>(asked);
    return is<timer_fired>(outcome) && is<timer_created>(asked);
}

bool request::is_open() const noexcept {
    if (is_undone || is<operation_signaled>(asked) || is<start_requested>(asked))
        return false;
    return !is_canceled && (!outcome || is<lock_requested>(asked));
}

/// The steps from that one on are undone: what was asked for in them, and what settled anything.
void reading::go_back(std::uint32_t to_step) {
    for (auto& [task_id, each] : requests_) {
        if (each.is_undone || each.asked_in >= to_step) {
            each.is_undone = true; // and stays as it was: what was sent was sent
            continue;
        }
        if (each.canceled_in >= to_step)
            each.is_canceled = false;
        if (each.settled_in >= to_step)
            each.outcome.reset();
    }
    recount();
    ended_.reset();
    if (to_step == 0)
        started_.reset();
    unseen_.clear(); // a rewind goes back to after a step that ran code
    is_suspended_ = false;
    has_run_ = true;
    ++rewinds_;
}

/// What the requests that are not undone add up to.
void reading::recount() {
    attempts_.clear();
    with_lock_.clear();
    for (const auto& [task_id, each] : requests_) {
        if (each.is_undone)
            continue;
        if (const auto* task = std::get_if<task_scheduled>(&each.asked))
            attempts_[call_of(*task)] = {task->retry, task_id};
        else if (const auto* child = std::get_if<child_created>(&each.asked))
            attempts_[call_of(*child)] = {child->retry, task_id};
        else if (const auto* pause = std::get_if<timer_created>(&each.asked);
                 pause != nullptr && pause->retry != 0)
            attempts_[pause->call].last = task_id;
        if (is<lock_requested>(each.asked) && each.is_open())
            with_lock_.insert(each.scope);
    }
}

/// Its steps, and the numbers of what they asked for, are missing from here on.
void reading::note_end(const scope_end& ended) {
    removed_steps_ += ended.trace.steps;
    next_task_id_ = std::max(next_task_id_, ended.trace.next_task_id);
    std::erase_if(gaps_, [&](const gap& each) {
        return ended.scope < each.from && each.to <= ended.trace.next_task_id;
    });
}

std::optional<std::string> reading::incomplete() const {
    if (missing_steps_ != removed_steps_ && removed_steps_ == 0)
        return "step " + std::to_string(first_missing_) + " is missing";
    if (missing_steps_ != removed_steps_)
        return "of its steps " + std::to_string(missing_steps_) + " are missing, " +
               std::to_string(removed_steps_) + " of them with scopes that have ended";
    if (!gaps_.empty())
        return "nothing was asked for under number " + std::to_string(gaps_.front().from) +
               ", and no scope explains it";
    return std::nullopt;
}

std::vector<std::uint32_t> reading::calls_alive() const {
    std::vector<std::uint32_t> alive;
    for (const auto& [call, of] : attempts_)
        // A pause that has ended, or a failure, may lead to an attempt until code has seen it.
        if (!ended_ && (requests_.at(of.last).is_open() || unseen_.contains(of.last)))
            alive.push_back(call);
    return alive;
}

runtime_status reading::status() const noexcept {
    if (ended_)
        return ended_->status;
    if (is_continued_)
        return runtime_status::continued_as_new;
    if (is_suspended_)
        return runtime_status::suspended;
    const bool is_running = has_run_ || is_resumed_ || (started_ && started_->is_continued);
    return is_running ? runtime_status::running : runtime_status::pending;
}

std::optional<timestamp> reading::start_awaited() const noexcept {
    if (!started_ || started_->start_at == timestamp{} || has_run_ || is_over())
        return std::nullopt;
    return started_->start_at;
}

bool reading::has_work() const noexcept {
    if (awaits_code_ && !is_suspended_ && !start_awaited())
        return true;
    return !is_over() && std::any_of(requests_.begin(), requests_.end(), [](const auto& each) {
        return each.second.is_open() && is<task_scheduled>(each.second.asked);
    });
}

std::map<std::uint32_t, event> reading::open() const {
    std::map<std::uint32_t, event> open;
    for (const auto& [task_id, each] : requests_)
        if (each.is_open())
            open.emplace(task_id, each.asked);
    return open;
}

} // namespace perdure::history
