// SPDX-License-Identifier: Apache-2.0
#include "turn/rewind.hpp"

#include "history/grammar.hpp"
#include "history/rewinds.hpp"
#include "turn/closing.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace perdure::turn {

using namespace history;

namespace {

constexpr const char* outcome_lost = "perdure::outcome_lost";

const failure* rejection_in(const history::event& arrived) {
    return std::visit(
        [](const auto& body) -> const failure* {
            if constexpr (requires {
                              body.task_id;
                              body.error;
                          })
                return &body.error;
            else
                return nullptr;
        },
        arrived);
}

bool is_caused_by(const failure& whole, const failure& part) {
    for (const failure* each = &whole; each != nullptr; each = each->cause.get())
        if (*each == part)
            return true;
    return false;
}

/// The steps of a history that count, and where among them to go back to.
class search {
  public:
    explicit search(const std::vector<numbered_step>& past) {
        undone_steps undone;
        for (const numbered_step& each : past)
            undone.add(each.number, each.record);
        for (const numbered_step& each : past)
            if (!undone.contains(each.number))
                live_.push_back(&each);
    }

    /// The step before which everything is as it was.
    std::uint32_t cut() const {
        std::size_t at = failing();
        // Steps in which code decided nothing cost nothing to undo: failures among them go, too.
        for (std::size_t each = at; each > 0 && step_at(each - 1).decided.empty(); --each)
            if (has_rejection(step_at(each - 1)))
                at = each - 1;
        // What arrived before it without being seen by code goes with it, and comes again.
        while (at > 0 && !step_at(at - 1).evaluated)
            --at;
        const execution_rewound* before = rewound_in(step_at(at));
        return before != nullptr ? before->to_step : live_[at]->number;
    }

    const std::vector<const numbered_step*>& live() const { return live_; }

  private:
    const step& step_at(std::size_t at) const { return live_[at]->record; }

    static bool has_rejection(const step& of) {
        return std::any_of(of.arrived.begin(), of.arrived.end(), rejection_in);
    }

    template <class Condition>
    std::optional<std::size_t> last_with_rejection(Condition is_it) const {
        for (std::size_t at = live_.size(); at-- > 0;)
            for (const history::event& each : step_at(at).arrived)
                if (const failure* error = rejection_in(each); error != nullptr && is_it(*error))
                    return at;
        return std::nullopt;
    }

    std::size_t failing() const {
        const std::size_t last = live_.size() - 1;
        const step& end = step_at(last);
        const auto* ended =
            end.decided.empty() ? nullptr : std::get_if<execution_completed>(&end.decided.back());
        if (ended == nullptr || ended->status != runtime_status::failed)
            return last;
        if (const auto cause = last_with_rejection(
                [&](const failure& error) { return is_caused_by(ended->error, error); }))
            return *cause;
        return last_with_rejection([](const failure&) { return true; }).value_or(last);
    }

    std::vector<const numbered_step*> live_;
};

failure lost() {
    return {outcome_lost,
            "the orchestration had ended when the answer came; whether it was carried out is not "
            "known",
            nullptr};
}

/// Who has read which event.
class readers {
  public:
    explicit readers(const std::vector<const numbered_step*>& live) {
        for (const numbered_step* each : live)
            for (const history::event& arrived : each->record.arrived)
                if (const auto* taken = std::get_if<event_taken>(&arrived))
                    taken_[taken->arrival] = {*taken, each->number};
                else if (const auto* returned = std::get_if<event_returned>(&arrived))
                    taken_.erase(returned->arrival);
    }

    struct reader {
        event_taken taken;
        std::uint32_t step = 0;
    };
    const reader* of(std::uint64_t arrival) const {
        const auto found = taken_.find(arrival);
        return found == taken_.end() ? nullptr : &found->second;
    }

  private:
    std::map<std::uint64_t, reader> taken_;
};

/// Sorts what arrived, mainly since the step it goes back to.
struct sorter {
    open_requests open; ///< Of before that step, without what is answered.
    std::uint32_t cut;
    readers read;
    rewinding& into;
    std::set<std::uint32_t> scopes{}; ///< That run again from their beginning.
    std::uint64_t events = 0;

    void sort(const std::vector<const numbered_step*>& live) {
        find_scopes(live);
        for (const numbered_step* each : live)
            for (const history::event& arrived : each->record.arrived)
                if (const auto* raised = std::get_if<event_raised>(&arrived))
                    sort_event(*raised, each->number);
                else if (each->number >= cut)
                    (*this)(arrived);
        finish();
    }

    void find_scopes(const std::vector<const numbered_step*>& live) {
        for (const auto& [task_id, asked] : open)
            if (std::holds_alternative<scope_entered>(asked))
                scopes.insert(task_id);
        for (const numbered_step* each : live) {
            if (each->record.scope)
                scopes.erase(*each->record.scope); // its steps are there: it was stopped
            for (const history::event& arrived : each->record.arrived)
                if (const auto* done = std::get_if<scope_completed>(&arrived))
                    scopes.erase(done->task_id);
        }
    }

    /// What such a scope had read is there to be read again; what others read is not.
    void sort_event(const event_raised& raised, std::uint32_t step) {
        const std::uint64_t arrival = events++;
        const readers::reader* by = read.of(arrival);
        const bool is_unread = by == nullptr || scopes.contains(by->taken.within);
        if (step >= cut && is_unread)
            into.arrived.emplace_back(raised);
        else if (step < cut && by != nullptr && is_unread && by->step < cut)
            into.arrived.emplace_back(event_returned{raised.name, raised.value, arrival});
        else if (step < cut && by != nullptr && !is_unread && by->step >= cut)
            into.arrived.emplace_back(by->taken);
    }

    void operator()(const history::event& arrived) {
        if (const auto* begun = std::get_if<execution_started>(&arrived)) {
            into.arrived.push_back(*begun);
            std::get<execution_started>(into.arrived.back()).start_at = {}; // that time has come
            return;
        }
        std::visit(
            [&](const auto& body) {
                if constexpr (requires { body.task_id; })
                    answer(body.task_id, arrived);
            },
            arrived);
    }

    void answer(std::uint32_t task_id, const history::event& arrived) {
        const auto asked = open.find(task_id);
        if (asked == open.end())
            return;
        const failure* error = rejection_in(arrived);
        if (error != nullptr && error->type != outcome_lost) {
            if (std::holds_alternative<operation_called>(asked->second) ||
                std::holds_alternative<transaction_requested>(asked->second)) {
                into.calls.push_back(asked->second);
                open.erase(asked);
            }
            return;
        }
        into.arrived.push_back(arrived);
        if (auto* done = std::get_if<scope_completed>(&into.arrived.back()))
            done->trace.steps = 0; // they are counted where it arrived first
        if (!std::holds_alternative<lock_requested>(asked->second))
            open.erase(asked);
    }

    /// What is open again.
    void finish() {
        for (const auto& [task_id, asked] : open) {
            if (const auto* timer = std::get_if<timer_created>(&asked))
                into.timers.push_back(*timer);
            else if (const auto* child = std::get_if<child_created>(&asked))
                into.children.push_back(*child);
            else if (std::holds_alternative<operation_called>(asked))
                into.arrived.emplace_back(operation_rejected{task_id, lost()});
            else if (std::holds_alternative<transaction_requested>(asked))
                into.arrived.emplace_back(transaction_rejected{task_id, lost()});
            else if (std::holds_alternative<lock_requested>(asked))
                into.is_in_section = true;
        }
    }
};

} // namespace

rewinding rewind(const std::vector<numbered_step>& past, payload reason) {
    const search found(past);
    const std::uint32_t cut = found.cut();
    reading before, whole;
    for (const numbered_step& each : past) {
        if (each.number < cut)
            before.add(each.number, each.record);
        whole.add(each.number, each.record);
    }
    rewinding back;
    back.arrived.emplace_back(execution_rewound{std::move(reason), cut, whole.next_task_id()});
    sorter{before.open(), cut, readers(found.live()), back}.sort(found.live());
    return back;
}

} // namespace perdure::turn
