// SPDX-License-Identifier: Apache-2.0
#include "turn/rewind.hpp"

#include "history/grammar.hpp"
#include "history/rewinds.hpp"
#include "turn/closing.hpp"

#include <algorithm>
#include <optional>

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
    explicit search(const std::vector<step>& past) : past_(&past) {
        undone_steps undone;
        for (std::uint32_t i = 0; i < past.size(); ++i)
            undone.add(i, past[i]);
        for (std::uint32_t i = 0; i < past.size(); ++i)
            if (!undone.contains(i))
                live_.push_back(i);
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
        return before != nullptr ? before->to_step : live_[at];
    }

    /// What arrived from that step on.
    std::vector<history::event> arrivals_since(std::uint32_t cut) const {
        std::vector<history::event> arrived;
        for (const std::uint32_t each : live_)
            if (each >= cut)
                arrived.insert(arrived.end(), (*past_)[each].arrived.begin(),
                               (*past_)[each].arrived.end());
        return arrived;
    }

  private:
    const step& step_at(std::size_t at) const { return (*past_)[live_[at]]; }

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

    const std::vector<step>* past_;
    std::vector<std::uint32_t> live_;
};

failure lost() {
    return {outcome_lost,
            "the orchestration had ended when the answer came; whether it was carried out is not "
            "known",
            nullptr};
}

/// Sorts what arrived since the step it goes back to.
struct sorter {
    open_requests open; ///< Of before that step, without what is answered.
    rewinding& into;

    void operator()(const history::event& arrived) {
        if (std::holds_alternative<event_raised>(arrived))
            return into.arrived.push_back(arrived);
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

rewinding rewind(const std::vector<step>& past, payload reason) {
    const search found(past);
    const std::uint32_t cut = found.cut();
    reading before, whole;
    for (std::uint32_t i = 0; i < past.size(); ++i) {
        if (i < cut)
            before.add(past[i]);
        whole.add(past[i]);
    }
    rewinding back;
    back.arrived.emplace_back(execution_rewound{
        std::move(reason), cut, static_cast<std::uint32_t>(whole.requests().size())});
    sorter sort{before.open(), back};
    for (const history::event& each : found.arrivals_since(cut))
        sort(each);
    sort.finish();
    return back;
}

} // namespace perdure::turn
