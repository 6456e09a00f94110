// SPDX-License-Identifier: Apache-2.0
// What breaks a history. What one adds up to is in reading.cpp.
#include "history/grammar.hpp"

#include "history/rewinds.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace perdure::history {
namespace {

bool terminates(const step& next) {
    return !next.arrived.empty() && is<execution_terminated>(next.arrived.front());
}

} // namespace

/// Reads what arrived in a step. Each operator gives what is wrong with the event, or null.
struct reading::arrival {
    reading& self;
    timestamp time;
    bool is_recorded; ///< No code ran.
    bool is_first;

    const char* operator()(const execution_started& e) {
        if (!is_first || self.started_)
            return "it is not the first event";
        self.started_ = e;
        return nullptr;
    }
    const char* operator()(const event_raised&) {
        ++self.raised_;
        return nullptr;
    }
    const char* operator()(const event_taken& e) { return raised_before(e.arrival); }
    const char* operator()(const event_returned& e) { return raised_before(e.arrival); }
    const char* operator()(const scope_completed& e) { return settle(e); }
    const char* operator()(const scope_rejected& e) { return settle(e); }
    const char* operator()(const execution_terminated&) { return nullptr; }
    const char* operator()(const execution_rewound& e) {
        const bool has_failed = self.ended_ && failure_in(*self.ended_);
        if (!is_first || !has_failed)
            return "there is no failed execution to be taken back";
        if (e.to_step >= self.step_count_ || e.next_task_id < self.next_task_id_)
            return "it goes back to another history";
        if (e.next_task_id > self.next_task_id_) // asked for by a scope that has gone since
            self.gaps_.push_back({self.next_task_id_, e.next_task_id});
        self.next_task_id_ = e.next_task_id;
        self.go_back(e.to_step);
        return nullptr;
    }
    const char* operator()(const execution_suspended&) {
        return std::exchange(self.is_suspended_, true) ? "it is suspended already" : nullptr;
    }
    const char* operator()(const execution_resumed&) {
        self.is_resumed_ = true;
        return std::exchange(self.is_suspended_, false) ? nullptr : "it is not suspended";
    }
    const char* operator()(const task_completed& e) { return settle(e); }
    const char* operator()(const task_rejected& e) { return settle(e); }
    const char* operator()(const child_completed& e) { return settle(e); }
    const char* operator()(const child_rejected& e) { return settle(e); }
    const char* operator()(const operation_completed& e) { return settle(e); }
    const char* operator()(const operation_rejected& e) { return settle(e); }
    const char* operator()(const transaction_completed& e) { return settle(e); }
    const char* operator()(const transaction_rejected& e) { return settle(e); }
    const char* operator()(const lock_granted& e) { return settle(e); }
    const char* operator()(const timer_fired& e) {
        if (const char* wrong = settle(e))
            return wrong;
        const auto found = self.requests_.find(e.task_id); // or it has gone with a scope
        const bool is_early = found != self.requests_.end() &&
                              time < std::get<timer_created>(found->second.asked).due;
        return is_early ? "it is before the timer was due" : nullptr;
    }

    const char* operator()(const execution_completed&) { return decision_arrived; }
    const char* operator()(const task_scheduled&) { return decision_arrived; }
    const char* operator()(const child_created&) { return decision_arrived; }
    const char* operator()(const timer_created&) { return decision_arrived; }
    const char* operator()(const timer_canceled&) { return decision_arrived; }
    const char* operator()(const task_canceled&) { return decision_arrived; }
    const char* operator()(const child_canceled&) { return decision_arrived; }
    const char* operator()(const operation_called&) { return decision_arrived; }
    const char* operator()(const operation_signaled&) { return decision_arrived; }
    const char* operator()(const lock_requested&) { return decision_arrived; }
    const char* operator()(const unlock_sent&) { return decision_arrived; }
    const char* operator()(const transaction_requested&) { return decision_arrived; }
    const char* operator()(const start_requested&) { return decision_arrived; }
    const char* operator()(const execution_continued&) { return decision_arrived; }
    const char* operator()(const scope_entered&) { return decision_arrived; }
    const char* operator()(const scope_canceled&) { return decision_arrived; }

  private:
    static constexpr const char* decision_arrived = "it is decided, it can't arrive";

    const char* raised_before(std::uint64_t place) const {
        return place < self.raised_ ? nullptr : "no such event has arrived before";
    }

    template <class Outcome>
    const char* settle(const Outcome& outcome) {
        const auto found = self.requests_.find(outcome.task_id);
        if (is_recorded && found == self.requests_.end()) {
            self.gaps_.push_back({outcome.task_id, outcome.task_id + 1});
            return nullptr; // if the scope that it was for has gone
        }
        if (found == self.requests_.end() || found->second.is_undone)
            return "nothing with this number was asked for before";
        if (self.reading_ != found->second.scope && !is_recorded)
            return "it was asked for in another part";
        if (!answers(outcome, found->second.asked))
            return "what was asked for under this number is of another kind";
        if (found->second.outcome)
            return "there was an outcome before";
        const bool is_answer_of_child = is<child_created>(found->second.asked);
        if (found->second.is_canceled && is_answer_of_child && is_recorded)
            return nullptr; // one that is held does not know what it gave up
        if (found->second.is_canceled && !is<lock_requested>(found->second.asked))
            return "it was cancelled before";
        self.unseen_.insert(outcome.task_id);
        found->second.outcome = outcome;
        found->second.settled_in = self.step_count_;
        return nullptr;
    }
};

/// Reads what was decided in a step.
struct reading::decision {
    reading& self;
    bool is_stop; ///< Somebody terminates it.

    const char* operator()(const task_scheduled& e) { return ask(e, attempt(e)); }
    const char* operator()(const child_created& e) { return ask(e, attempt(e)); }
    const char* operator()(const timer_created& e) { return ask(e, pause(e)); }
    const char* operator()(const operation_called& e) {
        const char* wrong = ask(e);
        return wrong == nullptr && e.due != timestamp{} ? "a call has no due time" : wrong;
    }
    const char* operator()(const operation_signaled& e) { return ask(e); }
    const char* operator()(const start_requested& e) { return ask(e); }
    const char* operator()(const timer_canceled& e) { return cancel<timer_created>(e.task_id); }
    const char* operator()(const task_canceled& e) { return cancel<task_scheduled>(e.task_id); }
    const char* operator()(const child_canceled& e) {
        if (const char* wrong = cancel<child_created>(e.task_id))
            return wrong;
        const auto found = self.requests_.find(e.task_id); // or it has gone with a scope
        const bool is_other = found != self.requests_.end() &&
                              std::get<child_created>(found->second.asked).instance != e.instance;
        return is_other ? "the child has another id" : nullptr;
    }
    const char* operator()(const scope_entered& e) { return ask(e); }
    const char* operator()(const scope_canceled& e) { return cancel<scope_entered>(e.task_id); }
    const char* operator()(const transaction_requested& e) {
        return e.entities.empty() ? "it names no entity" : ask(e);
    }
    const char* operator()(const lock_requested& e) {
        if (!self.with_lock_.insert(self.reading_).second)
            return "another lock is held or asked for";
        const bool is_sorted = std::adjacent_find(e.entities.begin(), e.entities.end(),
                                                  std::greater_equal<>()) == e.entities.end();
        return is_sorted && !e.entities.empty() ? ask(e) : "its entities are not sorted";
    }
    const char* operator()(const unlock_sent& e) {
        const auto found = self.requests_.find(e.task_id);
        if (has_gone(found, e.task_id))
            return nullptr;
        if (found == self.requests_.end() || found->second.is_undone ||
            !is<lock_requested>(found->second.asked))
            return "no lock has this number";
        if (found->second.is_canceled)
            return "the lock was given up before";
        if (std::get<lock_requested>(found->second.asked).entities != e.entities)
            return "other entities were locked";
        found->second.is_canceled = true;
        found->second.canceled_in = self.step_count_;
        self.with_lock_.erase(found->second.scope);
        return nullptr;
    }
    const char* operator()(const execution_completed& e) {
        self.ended_ = e;
        if (!is_finished(e.status))
            return "its status is not that of an end";
        if (e.status == runtime_status::failed ? e.output != payload{} : e.error != failure{})
            return "its status does not go with its output and error";
        return left_open(e.status == runtime_status::terminated);
    }
    const char* operator()(const execution_continued&) {
        self.is_continued_ = true;
        return left_open(false);
    }

    const char* operator()(const execution_started&) { return arrival_decided; }
    const char* operator()(const event_raised&) { return arrival_decided; }
    const char* operator()(const task_completed&) { return arrival_decided; }
    const char* operator()(const task_rejected&) { return arrival_decided; }
    const char* operator()(const child_completed&) { return arrival_decided; }
    const char* operator()(const child_rejected&) { return arrival_decided; }
    const char* operator()(const operation_completed&) { return arrival_decided; }
    const char* operator()(const operation_rejected&) { return arrival_decided; }
    const char* operator()(const transaction_completed&) { return arrival_decided; }
    const char* operator()(const transaction_rejected&) { return arrival_decided; }
    const char* operator()(const lock_granted&) { return arrival_decided; }
    const char* operator()(const timer_fired&) { return arrival_decided; }
    const char* operator()(const execution_terminated&) { return arrival_decided; }
    const char* operator()(const execution_suspended&) { return arrival_decided; }
    const char* operator()(const execution_resumed&) { return arrival_decided; }
    const char* operator()(const execution_rewound&) { return arrival_decided; }
    const char* operator()(const scope_completed&) { return arrival_decided; }
    const char* operator()(const scope_rejected&) { return arrival_decided; }
    const char* operator()(const event_taken&) { return arrival_decided; }
    const char* operator()(const event_returned&) { return arrival_decided; }

  private:
    const char* left_open(bool is_stopped) {
        for (const auto& [id, request] : self.requests_)
            if (request.is_open() && is<timer_created>(request.asked))
                return "a timer is open";
            else if (request.is_open() && is<task_scheduled>(request.asked))
                return "an activity is open";
            else if (request.is_open() && is<child_created>(request.asked) && !is_stopped)
                return "a child is open";
            else if (request.is_open() && is<scope_entered>(request.asked) && !is_stopped)
                return "a scope is open";
        return !self.with_lock_.empty() ? "a lock is held or asked for" : nullptr;
    }

    static constexpr const char* arrival_decided = "it arrives, nobody decides it";

    template <class Asked>
    const char* ask(const Asked& asked, const char* wrong = nullptr) {
        request made{asked, {}};
        made.asked_in = self.step_count_;
        made.scope = self.reading_;
        if (!self.requests_.try_emplace(asked.task_id, std::move(made)).second)
            return "its number is taken";
        if (asked.task_id < self.next_task_id_)
            return "its number is that of something that has gone with a scope";
        if (asked.task_id > self.next_task_id_)
            self.gaps_.push_back({self.next_task_id_, asked.task_id});
        self.next_task_id_ = asked.task_id + 1;
        return wrong;
    }

    template <class Asked>
    const char* cancel(std::uint32_t task_id) {
        const auto found = self.requests_.find(task_id);
        if (has_gone(found, task_id))
            return nullptr;
        if (found == self.requests_.end() || found->second.is_undone ||
            !is<Asked>(found->second.asked))
            return "nothing of this kind has this number";
        if (found->second.scope != self.reading_ && !is_stop)
            return "it was asked for in another part";
        if (found->second.is_canceled)
            return "it was cancelled before";
        // What arrived just now may reach code that has just lost interest in it.
        if (found->second.outcome && !self.unseen_.contains(task_id))
            return "it had its outcome before";
        found->second.is_canceled = true;
        found->second.canceled_in = self.step_count_;
        return nullptr;
    }

    /// A termination closes what scopes have open. When it is taken back, they go on, and what they
    /// had asked for goes with them when they end.
    bool has_gone(std::map<std::uint32_t, request>::const_iterator found, std::uint32_t task_id) {
        if (!is_stop || found != self.requests_.end())
            return false;
        self.gaps_.push_back({task_id, task_id + 1});
        return true;
    }

    template <class Attempt>
    const char* attempt(const Attempt& next) {
        attempts& of = self.attempts_[call_of(next)];
        const attempts before = std::exchange(of, {next.retry, next.task_id});
        if (next.retry == 0)
            return nullptr;
        const auto first = self.requests_.find(next.call);
        if (first == self.requests_.end() || !is<Attempt>(first->second.asked))
            return "it retries no call of its kind";
        if (!asks_again(next, std::get<Attempt>(first->second.asked)))
            return "it does not ask for what the first attempt asked for";
        const auto pause = self.requests_.find(before.last);
        const bool is_after_pause = pause != self.requests_.end() &&
                                    is<timer_created>(pause->second.asked) && pause->second.outcome;
        return is_after_pause && next.retry == before.retry + 1 ? nullptr
                                                                : "no pause has ended before it";
    }

    static bool asks_again(const task_scheduled& next, const task_scheduled& first) {
        return next.name == first.name && next.input == first.input &&
               next.heartbeat_ms == first.heartbeat_ms;
    }
    static bool asks_again(const child_created& next, const child_created& first) {
        return next.name == first.name && next.input == first.input;
    }

    const char* pause(const timer_created& next) {
        if (next.retry == 0)
            return nullptr;
        const auto of = self.attempts_.find(next.call);
        if (of == self.attempts_.end())
            return "it is the pause of no call";
        const std::uint32_t failed = std::exchange(of->second.last, next.task_id);
        const auto last = self.requests_.find(failed);
        const bool has_ended =
            last != self.requests_.end() && (has_failed(last->second) || may_be_late(failed));
        return has_ended && next.retry == of->second.retry + 1 ? nullptr
                                                               : "no attempt has failed before it";
    }

    /// Its answer and the end of its time may have arrived unseen, in that order or the other.
    bool may_be_late(std::uint32_t task_id) const {
        const auto is_timer = [&](std::uint32_t each) {
            return is<timer_created>(self.requests_.at(each).asked);
        };
        return self.unseen_.contains(task_id) &&
               std::any_of(self.unseen_.begin(), self.unseen_.end(), is_timer);
    }

    static bool has_failed(const request& attempt) {
        if (is<timer_created>(attempt.asked))
            return false;
        return attempt.is_canceled || (attempt.outcome && (is<task_rejected>(*attempt.outcome) ||
                                                           is<child_rejected>(*attempt.outcome)));
    }
};

std::vector<std::string> reading::add(std::uint32_t number, const step& next) {
    std::vector<std::string> wrong;
    if (number < step_count_)
        wrong.emplace_back("its number is that of a step before");
    if (number > step_count_ && missing_steps_ == 0)
        first_missing_ = step_count_;
    missing_steps_ += std::max(number, step_count_) - step_count_;
    step_count_ = std::max(number, step_count_);
    reading_ = next.scope;
    check_shape(next, wrong);
    check_scope(next, wrong);
    time_ = std::max(time_, next.time);
    const auto note = [&](const event& happened, const char* what) {
        if (what != nullptr)
            wrong.push_back(describe(happened) + ": " + what);
    };
    arrival arriving{*this, next.time, !next.evaluated, true};
    for (const event& each : next.arrived) {
        note(each, std::visit(arriving, each));
        if (const auto ended = end_of_scope(each))
            note_end(*ended);
        const auto* back = std::get_if<execution_rewound>(&each);
        arriving.is_first = back != nullptr && back->to_step == 0; // then it begins anew
    }
    if (const auto due = start_awaited(); due && next.evaluated && next.time < *due)
        wrong.emplace_back("it ran code before the time to start");
    decision deciding{*this, terminates(next)};
    bool has_ended = is_over();
    for (const event& each : next.decided) {
        note(each, has_ended ? "the execution has ended before" : std::visit(deciding, each));
        if (const auto ended = end_of_scope(each))
            note_end(*ended);
        has_ended = is_over();
    }
    check_end(next, wrong);
    ++step_count_;
    is_empty_ = false;
    awaits_code_ = !next.evaluated && !ended_;
    may_be_empty_ = !next.evaluated || (may_be_empty_ && next.scope);
    if (next.evaluated) {
        has_run_ = true;
        std::erase_if(unseen_,
                      [&](std::uint32_t each) { return requests_.at(each).scope == next.scope; });
    }
    return wrong;
}

void reading::check_shape(const step& next, std::vector<std::string>& wrong) const {
    if (is_empty_ && (next.arrived.empty() || !is<execution_started>(next.arrived.front())))
        wrong.emplace_back("the history does not begin with ExecutionStarted");
    if (is_over() && rewound_in(next) == nullptr)
        wrong.emplace_back(std::string("it comes after ") +
                           (ended_ ? execution_completed::label : execution_continued::label));
    if (!is_empty_ && next.time < time_)
        wrong.emplace_back("its time is before that of an earlier step");
    if (!is_empty_ && next.arrived.empty() && !may_be_empty_ && !next.scope)
        wrong.emplace_back("nothing arrived in it");
    if (!next.evaluated && !next.decided.empty() && !terminates(next))
        wrong.emplace_back("it ran no code and decided something");
}

/// A step of a scope is of one that is open, and about nothing else.
void reading::check_scope(const step& next, std::vector<std::string>& wrong) const {
    if (!next.scope)
        return;
    const auto found = requests_.find(*next.scope);
    if (found == requests_.end() || !found->second.is_open() ||
        !is<scope_entered>(found->second.asked))
        wrong.emplace_back("it is of no scope that is open");
    if (!next.evaluated)
        wrong.emplace_back("it is of a scope and ran no code");
    for (const event& each : next.arrived)
        if (is<execution_started>(each) || is<event_raised>(each) || is<event_taken>(each) ||
            is<event_returned>(each) || is<execution_suspended>(each) ||
            is<execution_resumed>(each) || is<execution_rewound>(each) ||
            is<execution_terminated>(each))
            wrong.push_back(describe(each) + ": it can't arrive at a scope");
    for (const event& each : next.decided)
        if (is<execution_completed>(each) || is<execution_continued>(each))
            wrong.push_back(describe(each) + ": a scope decided it");
}

/// What must hold between the events of a step, when all of them are read.
void reading::check_end(const step& next, std::vector<std::string>& wrong) const {
    if (next.evaluated && rewound_in(next) != nullptr)
        wrong.emplace_back("it ran code while it was taken back");
    if (rewinds_ != 0 && !started_)
        wrong.emplace_back("it goes back to before its beginning");
    if (next.evaluated && is_suspended_)
        wrong.emplace_back("it ran code while it was suspended");
    const auto* ended =
        next.decided.empty() ? nullptr : std::get_if<execution_completed>(&next.decided.back());
    const bool is_stopped = ended != nullptr && ended->status == runtime_status::terminated;
    if (!terminates(next)) {
        if (is_stopped)
            wrong.emplace_back("nobody terminated it");
        return;
    }
    if (next.arrived.size() != 1 || next.evaluated)
        wrong.emplace_back("ExecutionTerminated does not stand alone");
    if (!is_stopped || ended->output != std::get<execution_terminated>(next.arrived.front()).reason)
        wrong.emplace_back("it does not end with ExecutionTerminated");
    for (const event& each : next.decided)
        if (!is<timer_canceled>(each) && !is<task_canceled>(each) && !is<unlock_sent>(each) &&
            !is<execution_completed>(each))
            wrong.push_back(describe(each) + ": no code ran that could ask for it");
}

} // namespace perdure::history
