// SPDX-License-Identifier: Apache-2.0
#include "sim/player.hpp"

#include <algorithm>

namespace perdure::sim {

void notebook::require_all(client& now) const {
    for (const entry& each : entries)
        if (each.is_acknowledged && each.is_there && !each.is_there(now))
            throw violation("lost, though it was acknowledged: " + each.what);
}

std::size_t notebook::acknowledged() const {
    return static_cast<std::size_t>(std::count_if(
        entries.begin(), entries.end(), [](const entry& each) { return each.is_acknowledged; }));
}

player::~player() {
    std::exception_ptr ignored;
    take(starts_, ignored);
    take(signals_, ignored);
}

/// The entry of the next act; null if there is nothing to do for it any more.
notebook::entry* player::next(std::string what, std::function<bool(client&)> is_there) {
    const std::size_t number = number_++;
    if (number == notes_->entries.size()) {
        notes_->entries.push_back({std::move(what), std::move(is_there)});
        return &notes_->entries.back();
    }
    entry& known = notes_->entries[number];
    // Unanswered, it may have been done nevertheless.
    if (known.is_there && known.is_there(on_->client()))
        known.is_acknowledged = true;
    return known.is_acknowledged ? nullptr : &known;
}

void player::add(const std::string& ledger_key, const std::string& item) {
    const auto target = ledgers[ledger_key];
    const auto is_there = [target, item](client& now) {
        const auto state = now.read(target);
        return state && state->times.contains(item);
    };
    if (next("signal of " + item + " to " + ledger_key, is_there) != nullptr)
        signals_.push_back({number_ - 1, on_->client().signal_async(target, &ledger::add, item)});
}

void player::run() {
    on_->run_until_idle();
    std::exception_ptr first_error;
    take(starts_, first_error);
    take(signals_, first_error);
    if (first_error)
        std::rethrow_exception(first_error);
}

template <class T>
void player::take(std::vector<sent<T>>& answers, std::exception_ptr& first_error) {
    for (auto& each : answers) {
        entry& act = notes_->entries[each.number];
        try {
            if (each.answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
                throw violation("never answered: " + act.what);
            each.answer.get();
            act.is_acknowledged = true;
        } catch (...) {
            if (!first_error)
                first_error = std::current_exception();
        }
    }
    answers.clear();
}

void player::raise(const std::string& instance, const event<std::string>& raised,
                   const std::string& value) {
    run();
    const auto is_there = [instance, wanted = codec<std::string>::encode(value)](client& now) {
        if (!now.status(instance))
            return false;
        const auto events = now.history(instance);
        return std::any_of(events.begin(), events.end(), [&](const history_entry& each) {
            return each.kind == "EventRaised" && each.value == wanted;
        });
    };
    entry* const act = next("event " + value + " for " + instance, is_there);
    if (act == nullptr)
        return;
    on_->client().raise(instance, raised, value);
    act->is_acknowledged = true;
}

void player::finish(const std::string& instance, const std::function<std::string()>& wait) {
    entry* const act = next("end of " + instance, [instance](client& now) {
        const auto seen = now.status(instance);
        return seen && is_finished(seen->status);
    });
    if (act == nullptr)
        return;
    const std::string how = wait();
    const auto seen = on_->client().status(instance).value();
    act->what = instance + ", which has " + how + " with " + seen.output.data;
    act->is_there = [seen](client& now) {
        const auto later = now.status(seen.instance);
        return later && later->status == seen.status && later->output == seen.output &&
               later->failed == seen.failed;
    };
    act->is_acknowledged = true;
}

void player::pass(std::chrono::milliseconds time) {
    run();
    entry* const act = next("time", {});
    if (act == nullptr)
        return;
    on_->advance(time);
    act->is_acknowledged = true;
}

void player::restart() {
    run();
    entry* const act = next("restart", {});
    if (act == nullptr)
        return;
    on_->shut_down();
    on_->boot();
    act->is_acknowledged = true;
}

} // namespace perdure::sim
