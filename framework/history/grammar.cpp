// SPDX-License-Identifier: Apache-2.0
#include "history/grammar.hpp"

#include <algorithm>

namespace perdure::history {
namespace {

template <class T>
bool is(const event& value) {
    return std::holds_alternative<T>(value);
}

} // namespace

bool answers(const event& outcome, const event& asked) noexcept {
    if (is<task_completed>(outcome) || is<task_rejected>(outcome))
        return is<task_scheduled>(asked);
    if (is<child_completed>(outcome) || is<child_rejected>(outcome))
        return is<child_created>(asked);
    if (is<operation_completed>(outcome) || is<operation_rejected>(outcome))
        return is<operation_called>(asked);
    return is<timer_fired>(outcome) && is<timer_created>(asked);
}

bool request::is_open() const noexcept {
    return !outcome && !is_canceled && !is<operation_signaled>(asked) &&
           !is<start_requested>(asked);
}

/// Reads what arrived in a step. Each operator gives what is wrong with the event, or null.
struct reading::arrival {
    reading& self;
    timestamp time;
    bool is_first;

    const char* operator()(const execution_started& e) {
        if (!is_first)
            return "it is not the first event";
        self.started_ = e;
        return nullptr;
    }
    const char* operator()(const event_raised&) { return nullptr; }
    const char* operator()(const task_completed& e) { return settle(e); }
    const char* operator()(const task_rejected& e) { return settle(e); }
    const char* operator()(const child_completed& e) { return settle(e); }
    const char* operator()(const child_rejected& e) { return settle(e); }
    const char* operator()(const operation_completed& e) { return settle(e); }
    const char* operator()(const operation_rejected& e) { return settle(e); }
    const char* operator()(const timer_fired& e) {
        const char* wrong = settle(e);
        if (wrong != nullptr)
            return wrong;
        self.unseen_.insert(e.task_id);
        const bool is_early = time < std::get<timer_created>(self.requests_[e.task_id].asked).due;
        return is_early ? "it is before the timer was due" : nullptr;
    }

    const char* operator()(const execution_completed&) { return decision_arrived; }
    const char* operator()(const task_scheduled&) { return decision_arrived; }
    const char* operator()(const child_created&) { return decision_arrived; }
    const char* operator()(const timer_created&) { return decision_arrived; }
    const char* operator()(const timer_canceled&) { return decision_arrived; }
    const char* operator()(const operation_called&) { return decision_arrived; }
    const char* operator()(const operation_signaled&) { return decision_arrived; }
    const char* operator()(const start_requested&) { return decision_arrived; }
    const char* operator()(const execution_continued&) { return decision_arrived; }

  private:
    static constexpr const char* decision_arrived = "it is decided, it can't arrive";

    template <class Outcome>
    const char* settle(const Outcome& outcome) {
        const auto found = self.requests_.find(outcome.task_id);
        if (found == self.requests_.end())
            return "nothing with this number was asked for before";
        if (!answers(outcome, found->second.asked))
            return "what was asked for under this number is of another kind";
        if (found->second.outcome)
            return "there was an outcome before";
        if (found->second.is_canceled)
            return "the timer was cancelled before";
        found->second.outcome = outcome;
        return nullptr;
    }
};

/// Reads what was decided in a step.
struct reading::decision {
    reading& self;

    const char* operator()(const task_scheduled& e) { return ask(e); }
    const char* operator()(const child_created& e) { return ask(e); }
    const char* operator()(const timer_created& e) { return ask(e); }
    const char* operator()(const operation_called& e) { return ask(e); }
    const char* operator()(const operation_signaled& e) { return ask(e); }
    const char* operator()(const start_requested& e) { return ask(e); }
    const char* operator()(const timer_canceled& e) {
        const auto found = self.requests_.find(e.task_id);
        if (found == self.requests_.end() || !is<timer_created>(found->second.asked))
            return "no timer has this number";
        if (found->second.is_canceled)
            return "the timer was cancelled before";
        // What fired just now may reach code that has just lost interest in it.
        if (found->second.outcome && !self.unseen_.contains(e.task_id))
            return "the timer has fired before";
        found->second.is_canceled = true;
        return nullptr;
    }
    const char* operator()(const execution_completed& e) {
        self.ended_ = e;
        if (!is_finished(e.status))
            return "its status is not that of an end";
        if (e.status == runtime_status::failed ? e.output != payload{} : e.error != failure{})
            return "its status does not go with its output and error";
        return self.has_open_timer() ? "a timer is open" : nullptr;
    }
    const char* operator()(const execution_continued&) {
        self.is_continued_ = true;
        return self.has_open_timer() ? "a timer is open" : nullptr;
    }

    const char* operator()(const execution_started&) { return arrival_decided; }
    const char* operator()(const event_raised&) { return arrival_decided; }
    const char* operator()(const task_completed&) { return arrival_decided; }
    const char* operator()(const task_rejected&) { return arrival_decided; }
    const char* operator()(const child_completed&) { return arrival_decided; }
    const char* operator()(const child_rejected&) { return arrival_decided; }
    const char* operator()(const operation_completed&) { return arrival_decided; }
    const char* operator()(const operation_rejected&) { return arrival_decided; }
    const char* operator()(const timer_fired&) { return arrival_decided; }

  private:
    static constexpr const char* arrival_decided = "it arrives, nobody decides it";

    template <class Asked>
    const char* ask(const Asked& asked) {
        const std::uint32_t last = self.requests_.empty() ? 0 : self.requests_.rbegin()->first + 1;
        if (!self.requests_.try_emplace(asked.task_id, request{asked, {}, false}).second)
            return "its number is taken";
        return asked.task_id == last ? nullptr : "its number is not the next one";
    }
};

std::vector<std::string> reading::add(const step& next) {
    std::vector<std::string> wrong;
    check_shape(next, wrong);
    time_ = std::max(time_, next.time);
    const auto note = [&](const event& happened, const char* what) {
        if (what != nullptr)
            wrong.push_back(describe(happened) + ": " + what);
    };
    arrival arriving{*this, next.time, is_empty_};
    for (const event& each : next.arrived) {
        note(each, std::visit(arriving, each));
        arriving.is_first = false;
    }
    if (const auto due = start_awaited(); due && next.evaluated && next.time < *due)
        wrong.emplace_back("it ran code before the time to start");
    decision deciding{*this};
    bool has_ended = is_over();
    for (const event& each : next.decided) {
        note(each, has_ended ? "the execution has ended before" : std::visit(deciding, each));
        has_ended = is_over();
    }
    is_empty_ = false;
    awaits_code_ = !next.evaluated;
    if (next.evaluated) {
        has_run_ = true;
        unseen_.clear();
    }
    return wrong;
}

void reading::check_shape(const step& next, std::vector<std::string>& wrong) const {
    if (is_empty_ && (next.arrived.empty() || !is<execution_started>(next.arrived.front())))
        wrong.emplace_back("the history does not begin with ExecutionStarted");
    if (is_over())
        wrong.emplace_back(std::string("it comes after ") +
                           (ended_ ? execution_completed::label : execution_continued::label));
    if (!is_empty_ && next.time < time_)
        wrong.emplace_back("its time is before that of an earlier step");
    if (!is_empty_ && next.arrived.empty() && !awaits_code_)
        wrong.emplace_back("nothing arrived in it");
    if (!next.evaluated && !next.decided.empty())
        wrong.emplace_back("it ran no code and decided something");
}

runtime_status reading::status() const noexcept {
    if (ended_)
        return ended_->status;
    if (is_continued_)
        return runtime_status::continued_as_new;
    const bool is_running = has_run_ || (started_ && started_->is_continued);
    return is_running ? runtime_status::running : runtime_status::pending;
}

std::optional<timestamp> reading::start_awaited() const noexcept {
    if (!started_ || started_->start_at == timestamp{} || has_run_ || is_over())
        return std::nullopt;
    return started_->start_at;
}

bool reading::has_open_timer() const noexcept {
    return std::any_of(requests_.begin(), requests_.end(), [](const auto& each) {
        return each.second.is_open() && is<timer_created>(each.second.asked);
    });
}

bool reading::has_work() const noexcept {
    if (awaits_code_)
        return !start_awaited();
    return !is_over() && std::any_of(requests_.begin(), requests_.end(), [](const auto& each) {
        return each.second.is_open() && is<task_scheduled>(each.second.asked);
    });
}

} // namespace perdure::history
