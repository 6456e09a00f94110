// SPDX-License-Identifier: Apache-2.0
// Removing an execution: everything that it left on disk goes in one commit, the commit that puts
// another in its place or ends the instance's existence.
//
//   history rows, and what they refer to among the blobs
//   timers
//   heartbeats, and what they refer to
//   the row in the table of active instances
//   with the instance: its row, and what its custom status refers to
//
// Messages to it stay in the inbox: whoever receives them consumes them, because they name the
// execution that is gone.
#include "actors/instance.hpp"

#include "history/codec.hpp"
#include "store/keys.hpp"

#include <variant>

namespace perdure::actors {

using namespace history;

namespace {

std::uint64_t steps_removed_by(const history::step& recorded) {
    std::uint64_t removed = 0;
    for (const auto* events : {&recorded.arrived, &recorded.decided})
        for (const history::event& each : *events)
            if (const auto ended = end_of_scope(each))
                removed += ended->trace.steps;
    return removed;
}

} // namespace

instance::kept_steps& instance::steps_of(scope_id scope) {
    return scope ? scope_steps_[*scope] : steps_;
}

/// Notes what a step of the history on disk will leave behind.
void instance::count(const history::step& recorded) {
    kept_steps& kept = steps_of(recorded.scope);
    kept.numbers.push_back(step_count_++);
    const std::uint64_t events =
        recorded.arrived.size() + recorded.decided.size() + (recorded.evaluated ? 1 : 0);
    kept.events += events;
    event_count_ += events;
    for (const auto* each : {&recorded.arrived, &recorded.decided})
        for (const history::event& happened : *each)
            collect_blobs(happened, kept.blobs);
    for (const history::event& each : recorded.arrived) {
        const auto* raised = std::get_if<event_raised>(&each);
        if (raised != nullptr && !raised->key.empty())
            seen_.add(raised->key);
        else if (const auto* begun = std::get_if<execution_started>(&each))
            seen_.add(begun->seen);
    }
}

/// The steps of a scope that has ended.
void instance::drop_scope(std::uint32_t task_id, commit& part) {
    const auto kept = scope_steps_.find(task_id);
    if (kept == scope_steps_.end())
        return; // it ended in the step in which it began
    remove_steps(kept->second, part);
    event_count_ -= kept->second.events;
    scope_steps_.erase(kept);
}

void instance::remove_steps(const kept_steps& kept, commit& part) const {
    for (const std::uint32_t number : kept.numbers)
        part.remove(store::table::history, store::history_key(id_, number));
    part.released.insert(part.released.end(), kept.blobs.begin(), kept.blobs.end());
}

/// And what was noted of them.
void instance::forget_steps() {
    step_count_ = 0;
    event_count_ = 0;
    steps_ = {};
    scope_steps_.clear();
    seen_.clear();
}

/// Of a history that is read from disk: whether it waits for its time to start. Other timers are
/// told from what is open in the end.
void instance::note_start_timer(const history::step& recorded) {
    for (const history::event& each : recorded.arrived)
        if (const auto* begun = std::get_if<execution_started>(&each);
            begun != nullptr && begun->start_at != timestamp{})
            timers_[store::start_timer] = begun->start_at;
    if (recorded.evaluated)
        timers_.erase(store::start_timer);
}

/// Reads the history from disk, step by step.
void instance::scan_history(const std::function<void(history::step)>& visit) {
    const std::string prefix = store::history_prefix(id_);
    forget_steps();
    timers_.clear();
    std::uint64_t missing = 0, removed = 0;
    std::uint32_t first_missing = 0;
    hub_->rows->scan(store::table::history, prefix, prefix,
                     [&](std::string_view key, std::string_view stored) {
                         const std::uint32_t number = store::parse_history_key(key).step;
                         if (missing == 0)
                             first_missing = step_count_;
                         missing += number - step_count_;
                         step_count_ = number;
                         history::step recorded = decode_step(stored);
                         removed += steps_removed_by(recorded);
                         count(recorded);
                         note_start_timer(recorded);
                         visit(std::move(recorded));
                         return true;
                     });
    if (missing != removed && removed == 0)
        throw error(errc::damaged,
                    "step " + std::to_string(first_missing) + " of its history is missing");
    if (missing != removed)
        throw error(errc::damaged, "of its history " + std::to_string(missing) +
                                       " steps are missing, and " + std::to_string(removed) +
                                       " have gone with scopes");
    is_history_known_ = true;
}

void instance::clear_history(commit& part) {
    if (!is_history_known_) // a finished instance is loaded without its history
        scan_history([](const history::step&) {});
    execution_.reset();
    remove_steps(steps_, part);
    for (const auto& [scope, kept] : scope_steps_)
        remove_steps(kept, part);
    forget_steps();
    while (!timers_.empty())
        remove_timer(timers_.begin()->first, part);
    while (!heartbeats_.empty())
        drop_heartbeat(heartbeats_.begin()->first, part);
    if (std::exchange(is_active_, false))
        part.remove(store::table::active, id_);
    must_evaluate_ = false;
}

void instance::clear_instance(commit& part) {
    clear_history(part);
    collect_blobs(row_->custom_status, part.released);
    part.remove(store::table::instances, id_);
    row_.reset();
    packed_row_.clear();
    must_put_row_ = false;
    if (std::exchange(is_held_, false))
        hub_->held->clear(id_);
}

void instance::set_timer(std::uint32_t task_id, timestamp due, const std::string& execution,
                         commit& part) {
    timers_[task_id] = due;
    part.put(store::table::timers, store::timer_key({due, id_, task_id}), execution);
}

void instance::remove_timer(std::uint32_t task_id, commit& part) {
    const auto timer = timers_.find(task_id);
    if (timer == timers_.end())
        return;
    const std::string key = store::timer_key({timer->second, id_, task_id});
    part.remove(store::table::timers, key);
    hub_->alarms->cancel(key);
    timers_.erase(timer);
}

} // namespace perdure::actors
