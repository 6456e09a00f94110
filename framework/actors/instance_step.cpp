// SPDX-License-Identifier: Apache-2.0
// One step of an instance: evaluate, commit, carry out.
#include "actors/instance.hpp"

#include "actors/speculation.hpp"
#include "history/codec.hpp"
#include "store/keys.hpp"

#include <algorithm>

namespace perdure::actors {

using namespace history;

void instance::advance(gathered now) {
    const bool must_run = must_evaluate_ && execution_ && !is_suspended() && !is_start_awaited();
    if (now.arrived.empty() && !must_run) {
        put_heartbeats(now);
        if (!now.part.consumed.empty() || !now.acknowledge.empty() || !now.part.changes.empty())
            submit(std::move(now), {});
        return;
    }
    history::step record;
    record.time = hub_->clock->now();
    record.arrived = std::move(now.arrived);
    turn::decision decided = evaluate(record);
    record.decided = std::move(decided.decided);
    std::move(decided.blobs.begin(), decided.blobs.end(), std::back_inserter(now.part.blobs));
    for (const auto& line : decided.log)
        hub_->log(line);
    carry_out(std::move(record), std::move(decided), std::move(now));
}

/// `rest`: what was decided besides events.
void instance::carry_out(history::step record, turn::decision rest, gathered now) {
    now.part.time = record.time;
    for (const auto& each : record.arrived)
        decide(each, now);
    for (const auto& each : record.decided)
        decide(each, now);
    put_heartbeats(now);
    if (left_open_) // a lock stays open when it is granted
        std::erase_if(*left_open_, [&](const auto& each) {
            return now.settled.contains(each.first) &&
                   !std::holds_alternative<lock_requested>(each.second);
        });
    std::vector<work> to_run = scheduled(record.decided);
    if (!record.decided.empty())
        if (auto* next = std::get_if<execution_continued>(&record.decided.back())) {
            record = renew(std::move(*next), std::move(rest.carried), record.time, now.part);
            now.must_wake = true;
        }
    now.is_end = is_finished(row_->status);
    put_rows(record, std::move(rest.custom_status), now.part);
    submit(std::move(now), std::move(to_run));
    if (is_finished(row_->status))
        execution_.reset();
}

/// Runs the code. If the step can't be carried out, the instance is held and only records.
turn::decision instance::evaluate(history::step& record) {
    turn::decision decided;
    if (is_suspended() || is_start_awaited()) {
        if (execution_)
            execution_->record(record.arrived);
        record.evaluated = false;
        must_evaluate_ = true;
        return {};
    }
    if (execution_) {
        counters::add(hub_->counted->evaluations);
        try {
            decided = execution_->run(record.time, record.arrived);
            for (const auto& each : decided.decided)
                if (auto missing = turn::missing_function(each, *hub_->functions))
                    throw error(errc::not_registered, *missing);
        } catch (const error& obstacle) {
            hold(obstacle.what());
        }
    }
    record.evaluated = execution_ != nullptr;
    must_evaluate_ = !record.evaluated;
    if (!record.evaluated)
        return {};
    if (row_->status != runtime_status::running) {
        row_->status = runtime_status::running;
        must_put_row_ = true;
    }
    return decided;
}

void instance::decide(const history::event& decided, gathered& now) {
    struct visitor {
        instance& self;
        gathered& now;
        commit& part;

        void operator()(const timer_created& e) {
            self.set_timer(e.task_id, e.due, self.row_->execution, part);
        }
        void operator()(const timer_canceled& e) { self.remove_timer(e.task_id, part); }
        void operator()(const timer_fired& e) { self.remove_timer(e.task_id, part); }
        void operator()(const child_created& e) {
            execution_started begun{
                e.name, {}, e.input, {self.id_, self.row_->execution, e.task_id}};
            part.messages.push_back({e.instance, message{self.id_, {}, {}, std::move(begun)}});
        }
        void operator()(const start_requested& e) {
            execution_started begun{e.name, {}, e.input, {}};
            begun.start_at = e.start_at;
            to(e.instance, std::move(begun));
        }
        void operator()(const child_canceled& e) {
            execution_terminated given_up{codec<std::string>::encode("its parent gave it up"),
                                          true};
            part.messages.push_back(
                {e.instance, message{self.id_, self.row_->execution, {}, std::move(given_up)}});
        }
        void operator()(const operation_called& e) { to_entity(e.entity, e); }
        void operator()(const operation_signaled& e) { to_entity(e.entity, e, e.due); }
        void to_entity(const entity_id& target, history::event body, timestamp due = {}) {
            to(target.text(), std::move(body), due);
        }
        void to(std::string target, history::event body, timestamp due = {}) {
            part.messages.push_back({std::move(target),
                                     message{self.id_, self.row_->execution, {}, std::move(body)},
                                     due});
        }
        void operator()(const lock_requested& e) { to(e.entities.front(), e); }
        void operator()(const unlock_sent& e) { to(e.entities.front(), e); }
        void operator()(const transaction_requested& e) { to(route_of(e).front(), e); }
        void operator()(const execution_completed& e) { self.finish(e, now); }
        void operator()(const task_completed& e) { self.runs_.erase(e.task_id); }
        void operator()(const task_rejected& e) { self.stop_run(e.task_id, now); } // or is silent
        void operator()(const task_canceled& e) { self.stop_run(e.task_id, now); }
        // These change nothing but the history; activities start when it is durable.
        void operator()(const execution_started&) {}
        void operator()(const task_scheduled&) {}
        void operator()(const child_completed&) {}
        void operator()(const child_rejected&) {}
        void operator()(const operation_completed&) {}
        void operator()(const operation_rejected&) {}
        void operator()(const event_raised&) {}
        void operator()(const execution_terminated&) {}
        void operator()(const execution_suspended&) {}
        void operator()(const execution_resumed&) {}
        void operator()(const lock_granted&) {}
        void operator()(const transaction_completed&) {}
        void operator()(const transaction_rejected&) {}
        void operator()(const execution_rewound&) {}
        void operator()(const execution_continued&) {} // see advance()
    };
    std::visit(visitor{*this, now, now.part}, decided);
}

void instance::finish(const execution_completed& outcome, gathered& now) {
    row_->status = outcome.status;
    row_->output = outcome.output;
    row_->error = outcome.error;
    must_put_row_ = true;
    for (auto& [task_id, left] : std::exchange(runs_, {}))
        now.stopped.push_back(std::move(left));
    remove_timer(store::start_timer, now.part);
    answer_parent(now.part);
}

/// Tells who waits for this instance how it has ended.
void instance::answer_parent(commit& part) const {
    const parent_link& parent = row_->parent;
    if (parent.instance.empty())
        return;
    message reply{id_, {}, parent.execution, child_completed{parent.task_id, row_->output}};
    if (auto failed = failure_in({row_->status, row_->output, row_->error}))
        reply.body = child_rejected{parent.task_id, std::move(*failed)};
    part.messages.push_back({parent.instance, std::move(reply)});
}

void instance::put_rows(const history::step& record, std::optional<payload> custom_status,
                        commit& part) {
    const std::string key = store::history_key(id_, step_count_);
    const auto known = static_cast<std::ptrdiff_t>(history_blobs_.size());
    const std::uint64_t events_before = event_count_;
    count(record);
    warn_of_growth(events_before);
    part.retained.insert(part.retained.end(), history_blobs_.begin() + known, history_blobs_.end());
    if (custom_status) {
        collect_blobs(row_->custom_status, part.released);
        collect_blobs(*custom_status, part.retained);
        row_->custom_status = std::move(*custom_status);
        must_put_row_ = true;
    }
    if (std::exchange(must_put_row_, false)) {
        row_->updated = record.time;
        part.put(store::table::instances, id_, store::encode(*row_));
    }
    part.put(store::table::history, key, encode(record));
    const bool is_active = has_outstanding();
    if (is_active && !is_active_)
        part.put(store::table::active, id_, {});
    else if (!is_active && is_active_)
        part.remove(store::table::active, id_);
    is_active_ = is_active;
}

/// Whether recovery has to look at this instance, even if no message or timer does.
bool instance::has_outstanding() const {
    if (must_evaluate_ && !is_suspended() && !is_start_awaited())
        return true;
    if (!execution_ || is_finished(row_->status))
        return false;
    return std::any_of(execution_->open().begin(), execution_->open().end(), [](const auto& each) {
        return std::holds_alternative<task_scheduled>(each.second);
    });
}

/// Says so when the history outgrows what is usual, and again at each doubling.
void instance::warn_of_growth(std::uint64_t events_before) {
    std::uint64_t limit = hub_->history_warning;
    while (limit != 0 && limit <= events_before)
        limit *= 2;
    if (limit == 0 || event_count_ < limit)
        return;
    counters::add(hub_->counted->long_histories);
    hub_->log("the history of instance " + id_ + " has " + std::to_string(event_count_) +
              " events; to continue as new from time to time keeps it short");
}

std::vector<work> instance::scheduled(const std::vector<history::event>& decided) {
    std::vector<work> to_run;
    for (const auto& each : decided) {
        const auto* task = std::get_if<task_scheduled>(&each);
        if (task == nullptr || !execution_->is_open(task->task_id))
            continue; // or it was given up in the same step
        work next{id_, row_->execution, task->task_id, task->name, task->input};
        next.attempt = task->retry + 1;
        next.call = call_of(*task);
        next.silence_max = std::chrono::milliseconds(task->heartbeat_ms);
        next.last_heartbeat = heartbeat_of(next.call);
        runs_[task->task_id] = {next.call, next.control};
        to_run.push_back(std::move(next));
    }
    return to_run;
}

void instance::submit(gathered now, std::vector<work> to_run) {
    std::optional<instance_status> ended;
    const bool is_news = now.is_end || (now.must_tell && row_ && is_finished(row_->status));
    if (is_news || (held_ && !now.acknowledge.empty()))
        ended = status();
    std::vector<work> early = hub_->may_run_ahead ? take_early(to_run) : std::vector<work>{};
    now.part.done = [hub = hub_, id = id_, to_run = std::move(to_run), ended = std::move(ended),
                     must_wake = now.must_wake, acknowledge = std::move(now.acknowledge),
                     stopped = std::move(now.stopped),
                     beats = std::move(now.beats)](std::exception_ptr failed) mutable {
        for (const auto& each : acknowledge)
            each(failed);
        if (failed)
            return;
        for (const auto& each : stopped)
            each.control->cancel();
        for (auto& each : beats)
            if (each.control->settle())
                hub->routes->send(id, std::move(each));
        if (!to_run.empty())
            hub->activities->run(std::move(to_run));
        if (ended)
            hub->waiting->tell(*ended);
        if (ended && !ended->held)
            hub->routes->send(id, rest_mail{});
        if (must_wake)
            hub->routes->send(id, wake_mail{});
    };
    std::vector<turn::outgoing_message> letters = now.part.messages;
    std::vector<std::string> alarms;
    for (const auto& each : now.part.changes)
        if (each.where == store::table::timers && each.value)
            alarms.push_back(each.key);
    for (const auto& each : now.part.blobs)
        hub_->blobs->remember(each);
    const submitted placed = hub_->commits->submit(std::move(now.part));
    last_commit_ = placed.number;
    if (!early.empty() && !hub_->commits->is_poisoned())
        hub_->activities->run(std::move(early));
    hub_->routes->send_messages(std::move(letters), placed.first_order);
    for (auto& each : alarms)
        hub_->alarms->set(std::move(each), placed.number);
}

} // namespace perdure::actors
