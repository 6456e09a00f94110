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
    turn::decision made = evaluate(hub_->clock->now(), std::move(now.arrived));
    std::move(made.blobs.begin(), made.blobs.end(), std::back_inserter(now.part.blobs));
    for (const auto& line : made.log)
        hub_->log(line);
    carry_out(std::move(made), std::move(now));
}

/// What was decided is done; what it adds to the history, and takes from it, goes to disk.
void instance::carry_out(turn::decision made, gathered now) {
    std::vector<work> to_run;
    for (const turn::part& each : made.parts) {
        now.part.time = std::max(now.part.time, each.record.time);
        for (const auto& arrived : each.record.arrived)
            decide(arrived, now);
        for (const auto& decided : each.record.decided)
            decide(decided, now);
    }
    put_heartbeats(now);
    if (left_open_) // a lock stays open when it is granted
        std::erase_if(*left_open_, [&](const auto& each) {
            return now.settled.contains(each.first) &&
                   !std::holds_alternative<lock_requested>(each.second);
        });
    for (const turn::part& each : made.parts)
        for (const auto& decided : each.record.decided)
            add_scheduled(decided, to_run);
    history::step& last = made.parts.back().record;
    if (!last.decided.empty())
        if (auto* next = std::get_if<execution_continued>(&last.decided.back())) {
            history::step first =
                renew(std::move(*next), std::move(made.carried), last.time, now.part);
            made.parts.assign(1, {std::move(first)});
            now.must_wake = true;
        }
    now.is_end = is_finished(row_->status);
    put_rows(made.parts, std::move(made.custom_status), now.part);
    submit(std::move(now), std::move(to_run));
    if (is_finished(row_->status))
        execution_.reset();
}

/// Runs the code. If the step can't be carried out, the instance is held and only records.
turn::decision instance::evaluate(timestamp now, std::vector<history::event> arrived) {
    const bool must_wait = is_suspended() || is_start_awaited();
    turn::decision made;
    if (must_wait && execution_) {
        execution_->record(arrived);
    } else if (execution_) {
        counters::add(hub_->counted->evaluations);
        try {
            made = execution_->run(now, arrived);
            for (const turn::part& part : made.parts)
                for (const auto& each : part.record.decided)
                    if (auto missing = turn::missing_function(each, *hub_->functions))
                        throw error(errc::not_registered, *missing);
        } catch (const error& obstacle) {
            if (!made.parts.empty())
                arrived = turn::arrivals_in(std::move(made.parts));
            made = {};
            hold(obstacle.what());
        }
    }
    must_evaluate_ = made.parts.empty();
    if (must_evaluate_)
        made.parts.push_back({{now, false, std::move(arrived), {}, {}}});
    else if (row_->status != runtime_status::running) {
        row_->status = runtime_status::running;
        must_put_row_ = true;
    }
    return made;
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
        void operator()(const execution_continued&) {} // see carry_out()
        void operator()(const scope_completed& e) { self.drop_scope(e.task_id, part); }
        void operator()(const scope_rejected& e) { self.drop_scope(e.task_id, part); }
        void operator()(const scope_canceled& e) { self.drop_scope(e.task_id, part); }
        void operator()(const scope_entered&) {}
        void operator()(const event_taken&) {}
        void operator()(const event_returned&) {}
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

void instance::put_rows(const std::vector<turn::part>& parts, std::optional<payload> custom_status,
                        commit& part) {
    const std::uint64_t events_before = event_count_;
    for (const turn::part& each : parts)
        if (each.is_kept)
            put_step(each.record, part);
    warn_of_growth(events_before);
    if (custom_status) {
        collect_blobs(row_->custom_status, part.released);
        collect_blobs(*custom_status, part.retained);
        row_->custom_status = std::move(*custom_status);
        must_put_row_ = true;
    }
    if (std::exchange(must_put_row_, false)) {
        row_->updated = parts.back().record.time;
        packed_row_ = store::encode(*row_);
        packed_row_.shrink_to_fit();
        part.put(store::table::instances, id_, packed_row_);
    }
    const bool is_active = has_outstanding();
    if (is_active && !is_active_)
        part.put(store::table::active, id_, {});
    else if (!is_active && is_active_)
        part.remove(store::table::active, id_);
    is_active_ = is_active;
}

void instance::put_step(const history::step& record, commit& part) {
    part.put(store::table::history, store::history_key(id_, step_count_), encode(record));
    const std::vector<blob>& blobs = steps_of(record.scope).blobs;
    const auto known = static_cast<std::ptrdiff_t>(blobs.size());
    count(record);
    part.retained.insert(part.retained.end(), blobs.begin() + known, blobs.end());
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

void instance::add_scheduled(const history::event& decided, std::vector<work>& to_run) {
    const auto* task = std::get_if<task_scheduled>(&decided);
    if (task == nullptr || !execution_->is_open(task->task_id))
        return; // or it was given up in the same step
    work next{id_, row_->execution, task->task_id, task->name, task->input};
    next.attempt = task->retry + 1;
    next.call = call_of(*task);
    next.silence_max = std::chrono::milliseconds(task->heartbeat_ms);
    next.last_heartbeat = heartbeat_of(next.call);
    runs_[task->task_id] = {next.call, next.control};
    to_run.push_back(std::move(next));
}

void instance::submit(gathered now, std::vector<work> to_run) {
    std::optional<instance_status> ended;
    const bool is_news = now.is_end || (now.must_tell && row_ && is_finished(row_->status));
    if (is_news || (is_held_ && !now.acknowledge.empty()))
        ended = status();
    for (const auto& each : now.part.blobs)
        hub_->blobs->remember(each);
    std::vector<work> early =
        hub_->may_run_ahead ? take_early(to_run, *hub_->blobs) : std::vector<work>{};
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
    std::vector<std::string> alarms;
    for (const auto& each : now.part.changes)
        if (each.where == store::table::timers && each.value)
            alarms.push_back(each.key);
    submitted placed = hub_->commits->submit(std::move(now.part));
    last_commit_ = placed.number;
    if (!early.empty() && !hub_->commits->is_poisoned())
        hub_->activities->run(std::move(early));
    hub_->routes->send_messages(std::move(placed.messages), placed.first_order);
    for (auto& each : alarms)
        hub_->alarms->set(std::move(each), placed.number);
}

} // namespace perdure::actors
