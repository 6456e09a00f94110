// SPDX-License-Identifier: Apache-2.0
#include "check/instance_check.hpp"

#include "check/lock_check.hpp"
#include "history/codec.hpp"
#include "store/keys.hpp"

#include <perdure/error.hpp>

#include <algorithm>
#include <map>

namespace perdure::check {

using namespace history;
using store::table;

std::string link_key(std::string_view child, const parent_link& parent) {
    return std::string(child) + '\0' + parent.instance + '\0' + parent.execution + '\0' +
           std::to_string(parent.task_id);
}

std::string heartbeat_claim(const store::heartbeat_address& kept, std::string_view execution) {
    return store::heartbeat_key(kept) + '\0' + std::string(execution);
}

void instance_check::spoil(table where, std::string_view key, std::string what) {
    of_->add(where, key, std::move(what));
    is_spoiled_ = true;
}

void instance_check::read_row(const row& stored) {
    has_row_ = true;
    try {
        row_ = store::decode_instance_row(stored.value);
        of_->blobs.add(row_->custom_status);
        ++of_->report.instances[row_->status];
        require_instance_id(id_);
        const bool must_replay = of_->options.replay_finished || !is_finished(row_->status);
        if (of_->functions != nullptr && must_replay)
            replay_.emplace(*of_->rows, *of_->functions, id_, row_->name);
        if (replay_ && row_->rewinds != 0)
            read_undone();
        if (!row_->parent.instance.empty())
            of_->adopted.add(link_key(id_, row_->parent));
    } catch (const error& damaged) {
        spoil(table::instances, stored.key, damaged.what());
        of_->blobs.doubt();
    }
}

/// Which steps are not to be replayed: that must be known before they are met.
void instance_check::read_undone() {
    const std::string prefix = store::history_prefix(id_);
    of_->rows->scan(table::history, prefix, prefix,
                    [&](std::string_view key, std::string_view stored) {
                        undone_.add(store::parse_history_key(key).step, decode_step(stored));
                        return true;
                    });
}

void instance_check::read_step(const row& stored) {
    ++of_->report.steps;
    step next;
    try {
        next = decode_step(stored.value);
    } catch (const error& damaged) {
        spoil(table::history, stored.key, damaged.what());
        of_->blobs.doubt();
    }
    of_->report.events += next.arrived.size() + next.decided.size();
    for (const auto* events : {&next.arrived, &next.decided})
        for (const history::event& each : *events)
            of_->blobs.add(each);
    if (is_spoiled_)
        return;
    const std::uint32_t number = store::parse_history_key(stored.key).step;
    ++step_count_;
    const runtime_status before = history_.status();
    std::vector<std::string> wrong = history_.add(number, next);
    if (const auto missing = history_.incomplete(); missing && !wrong.empty()) {
        of_->blobs.doubt(); // what is wrong may follow from that
        return spoil(table::history, stored.key, *missing);
    }
    for (std::string& each : wrong)
        spoil(table::history, stored.key, std::move(each));
    if (step_count_ == 1)
        begun_ = next.time;
    if (replay_ && !is_spoiled_ && undone_.contains(number))
        replay_->skip(next);
    else if (replay_ && !is_spoiled_)
        replay_->add(next);
    // The row is written with the first step and when the status changes, and may be at any other.
    if (step_count_ == 1 || history_.status() != before)
        written_.clear();
    written_.push_back(next.time);
}

void instance_check::read_active(const row& stored) {
    is_active_ = true;
    if (!stored.value.empty())
        of_->add(table::active, stored.key, "it has a value");
}

void instance_check::finish() {
    if (!is_complete()) {
        of_->unreadable.insert(id_);
        of_->inbox.take(id_);
        return;
    }
    of_->saw(written_.back(), id_);
    if (has_gone())
        of_->with_scopes.add(execution_id());
    compare_row();
    compare_active();
    for (const std::uint32_t call : history_.calls_alive())
        of_->heartbeats.add(heartbeat_claim({id_, call}, execution_id()));
    check_requests();
    if (replay_) {
        ++of_->report.replayed;
        if (const auto difference = replay_->difference(*row_))
            of_->add(table::history, id_, *difference);
    }
}

/// Whether row and history are there and whole. If not, that has been reported.
bool instance_check::is_complete() {
    if (!is_spoiled_ && !has_row_) {
        if (step_count_ != 0)
            spoil(table::instances, id_, "is missing: there is a history");
        else
            spoil(table::active, id_, "there is no such instance");
    }
    if (!is_spoiled_ && step_count_ == 0) {
        spoil(table::history, id_, "is missing: the instance has no history");
        of_->blobs.doubt();
    }
    if (!is_spoiled_)
        if (auto missing = history_.incomplete()) {
            spoil(table::history, id_, std::move(*missing));
            of_->blobs.doubt();
        }
    return !is_spoiled_ && has_row_ && step_count_ != 0;
}

void instance_check::compare_row() {
    const auto differs = [this](bool does, const std::string& what) {
        if (does)
            of_->add(table::instances, id_, what);
    };
    const execution_started& begun = *history_.started();
    const execution_completed ended = history_.ended().value_or(execution_completed{});
    differs(row_->name != begun.name,
            "its name is '" + row_->name + "', history has '" + begun.name + "'");
    differs(row_->execution != begun.execution,
            "its execution is '" + row_->execution + "', history has '" + begun.execution + "'");
    differs(row_->status != history_.status(),
            std::string("its status is ") + to_string(row_->status) + ", history adds up to " +
                to_string(history_.status()));
    differs(history_.is_continued(), "it continued as new, and there is no next execution");
    differs(row_->input != begun.input, "its input is not that in its history");
    differs(row_->parent != begun.parent, "its parent is not that in its history");
    differs(row_->output != ended.output, "its output is not that in its history");
    differs(row_->error != ended.error, "its failure is not that in its history");
    differs(row_->rewinds != history_.rewinds(), "it counts " + std::to_string(row_->rewinds) +
                                                     " rewinds, history has " +
                                                     std::to_string(history_.rewinds()));
    differs(std::find(written_.begin(), written_.end(), row_->updated) == written_.end(),
            "it says to be written when no step was");
    differs(row_->created > begun_, "it is created after its first step");
}

void instance_check::compare_active() {
    if (history_.has_work() && !is_active_ && !of_->cut(table::active))
        of_->add(table::active, id_, "is missing: the instance has work");
    if (!history_.has_work() && is_active_)
        of_->add(table::active, id_, "the instance has no work");
}

void instance_check::check_timer(std::uint32_t task_id, timestamp due) {
    const std::string key = store::timer_key({due, id_, task_id});
    of_->timers.add(key);
    try {
        const auto execution = of_->rows->get(table::timers, key);
        if (!execution)
            of_->add(table::timers, key, "is missing: the timer is open");
        else if (*execution != execution_id())
            of_->add(table::timers, key, "it is of execution '" + *execution + "'");
    } catch (const error& damaged) {
        of_->add(table::timers, key, damaged.what());
    }
}

void instance_check::check_requests() {
    const std::vector<letter> letters = of_->inbox.take(id_);
    std::map<std::uint32_t, const letter*> sent;
    for (const letter& each : letters) {
        if (is_about_lock(each.body))
            continue;
        if (each.execution != execution_id())
            continue; // of an execution before this one, whose history is gone
        if (is_asked_start(each) || history_.is_gone(each.task_id))
            continue;
        if (!goes_with_request(each)) {
            of_->add(table::inbox, each.key,
                     describe(each.body) + ": '" + id_ + "' has no such request");
            of_->inbox.doubt(each.target);
        } else if (!sent.emplace(each.task_id, &each).second && !may_repeat(each))
            of_->add(table::inbox, each.key,
                     describe(each.body) + ": another message is about the same request");
    }
    if (const auto due = history_.start_awaited())
        check_timer(store::start_timer, *due);
    for (const auto& [task_id, request] : history_.requests()) {
        const auto found = sent.find(task_id);
        const letter* about = found == sent.end() ? nullptr : found->second;
        if (about != nullptr && request.outcome && !may_repeat(*about))
            of_->add(table::inbox, about->key,
                     describe(about->body) + ": the request has an outcome already");
        if (std::holds_alternative<child_created>(request.asked))
            check_child(task_id, request, about);
        else if (std::holds_alternative<operation_called>(request.asked) && !request.is_undone)
            check_operation(request, about);
        else if (const auto* work = std::get_if<transaction_requested>(&request.asked);
                 work != nullptr && request.is_open() && about == nullptr)
            lacks_answer(request.asked, route_of(*work).front());
        else if (const auto* timer = std::get_if<timer_created>(&request.asked);
                 timer != nullptr && request.is_open())
            check_timer(task_id, timer->due);
    }
    check_locks(letters);
}

void instance_check::check_locks(const std::vector<letter>& letters) {
    std::map<std::uint32_t, lock_check> locks;
    for (const auto& [task_id, request] : history_.requests())
        if (std::holds_alternative<lock_requested>(request.asked))
            locks.emplace(task_id, lock_check(*of_, {id_, execution_id(), task_id}, request));
    for (const letter& each : letters) {
        if (!is_about_lock(each.body))
            continue;
        const auto found = locks.find(each.task_id);
        const bool is_ours = each.execution == execution_id() && found != locks.end();
        // An earlier execution, or a scope, may still be leaving, or was granted what it gave up.
        const bool is_past = (each.execution != execution_id() || history_.is_gone(each.task_id)) &&
                             (std::holds_alternative<lock_granted>(each.body) ||
                              of_->inbox.is_unlocking({id_, each.execution, each.task_id}));
        if (is_ours ? !found->second.take(each) : !is_past) {
            of_->add(table::inbox, each.key,
                     describe(each.body) + ": '" + id_ + "' has no such request");
            of_->inbox.doubt(each.target);
        }
    }
    for (auto& [task_id, lock] : locks)
        lock.finish();
}

/// What was rewound asks again; what it asks may have been rewound, and answers again.
bool instance_check::may_repeat(const letter& sent) const {
    if (history_.rewinds() != 0)
        return true;
    try {
        const auto stored = of_->rows->get(table::instances, sent.sender);
        return stored && store::decode_instance_row(*stored).rewinds != 0;
    } catch (const error&) {
        return true; // its own check says what is wrong
    }
}

/// Whether a letter is what the request became, or an answer to it.
bool instance_check::goes_with_request(const letter& sent) const {
    const auto found = history_.requests().find(sent.task_id);
    if (found == history_.requests().end())
        return false;
    const history::event& asked = found->second.asked;
    if (const auto* child = std::get_if<child_created>(&asked)) {
        if (const auto* start = std::get_if<execution_started>(&sent.body))
            return sent.target == child->instance && start->name == child->name &&
                   start->input == child->input;
        return sent.sender == child->instance && answers(sent.body, asked);
    }
    if (const auto* call = std::get_if<operation_called>(&asked))
        return sent.body == asked ||
               (sent.sender == call->entity.text() && answers(sent.body, asked));
    if (const auto* work = std::get_if<transaction_requested>(&asked))
        return sent.body == asked ||
               (sent.sender == route_of(*work).front() && answers(sent.body, asked));
    return sent.body == asked && std::holds_alternative<operation_signaled>(asked);
}

/// Whether a letter starts an instance that nobody waits for, as somebody here asked.
bool instance_check::is_asked_start(const letter& sent) const {
    const auto* start = std::get_if<execution_started>(&sent.body);
    const auto& all = history_.requests();
    if (start == nullptr || start->parent != parent_link{})
        return false;
    return has_gone() || std::any_of(all.begin(), all.end(), [&](const auto& each) {
               const auto* asked = std::get_if<start_requested>(&each.second.asked);
               return asked != nullptr && asked->instance == sent.target &&
                      asked->name == start->name && asked->input == start->input &&
                      asked->start_at == start->start_at;
           });
}

void instance_check::check_child(std::uint32_t task_id, const request& request,
                                 const letter* sent) {
    const auto& asked = std::get<child_created>(request.asked);
    const parent_link link{id_, execution_id(), task_id};
    const std::string key = link_key(asked.instance, link);
    std::optional<store::instance_row> child;
    try {
        if (const auto stored = of_->rows->get(table::instances, asked.instance))
            child = store::decode_instance_row(*stored);
    } catch (const error&) {
        of_->children.add(key); // its own check says what is wrong
        return;
    }
    const bool is_ours = child && child->parent == link;
    if (is_ours)
        of_->children.add(key);
    const bool is_as_asked =
        is_ours && (child->started_as.empty()
                        ? child->name == asked.name && child->input == asked.input
                        : child->started_as == store::start_digest(asked.name, asked.input));
    if (is_ours && !is_as_asked)
        of_->add(table::instances, asked.instance,
                 "its parent '" + id_ + "' started another function or gave another input");
    if (request.is_undone)
        return;
    const bool is_start = sent != nullptr && std::holds_alternative<execution_started>(sent->body);
    if (is_start && is_ours && history_.rewinds() == 0)
        of_->add(table::inbox, sent->key, "the child that it starts is there already");
    else if (sent != nullptr && !is_start)
        check_answer(sent->body, asked, child, is_ours, table::inbox, sent->key);
    if (request.outcome)
        check_answer(*request.outcome, asked, child, is_ours, table::instances, id_);
    else if (request.is_canceled)
        check_given_up(asked.instance, is_start || (is_ours && !is_finished(child->status)));
    else if (sent == nullptr && !(is_ours && !is_finished(child->status)))
        lacks_answer(request.asked, asked.instance);
}

void instance_check::check_given_up(const std::string& child, bool is_running) {
    if (is_running && !of_->inbox.is_told_to_end(child, id_, execution_id()) &&
        !of_->inbox.is_doubtful(child))
        of_->add(table::instances, child,
                 "its parent '" + id_ + "' gave it up, and nothing tells it to end");
}

void instance_check::check_answer(const history::event& answer, const child_created& asked,
                                  const std::optional<store::instance_row>& child, bool is_ours,
                                  table where, std::string_view key) {
    const auto* completed = std::get_if<child_completed>(&answer);
    const auto* rejected = std::get_if<child_rejected>(&answer);
    // Who has another parent refused to be a child; or the child was purged, or has begun anew.
    if (!is_ours || child->rewinds != 0)
        return;
    const auto failed = failure_in({child->status, child->output, child->error});
    const bool is_right = failed ? rejected != nullptr && rejected->error == *failed
                                 : is_finished(child->status) && completed != nullptr &&
                                       completed->result == child->output;
    if (!is_right)
        of_->add(where, key,
                 describe(answer) + ": the child '" + asked.instance + "' did not end so");
}

void instance_check::check_operation(const request& request, const letter* sent) {
    const std::string entity = std::get<operation_called>(request.asked).entity.text();
    if (!request.outcome && sent == nullptr)
        lacks_answer(request.asked, entity);
}

void instance_check::lacks_answer(const history::event& asked, std::string_view target) {
    const bool may_be_unreadable = of_->inbox.is_doubtful(id_) || of_->inbox.is_doubtful(target);
    if (!history_.ended() && !may_be_unreadable)
        of_->add(table::instances, id_, describe(asked) + " is open, and nothing will answer it");
}

} // namespace perdure::check
