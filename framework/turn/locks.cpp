// SPDX-License-Identifier: Apache-2.0
// Critical sections and transactions as an execution sees them: asking for them, and the rules of
// what may be asked for inside one.
#include "turn/execution.hpp"

#include <algorithm>

namespace perdure::turn {

using namespace history;

namespace {

[[noreturn]] void break_rule(const std::string& what) {
    throw error(errc::critical_section, what);
}

std::vector<std::string> texts_of(const std::vector<entity_id>& entities) {
    std::vector<std::string> texts;
    for (const entity_id& each : entities)
        texts.push_back(each.text());
    return texts;
}

std::string listed(const std::vector<std::string>& entities) {
    std::string text;
    for (const std::string& each : entities)
        text += (text.empty() ? "" : ", ") + each;
    return text;
}

} // namespace

bool execution::section::has(const std::string& entity) const {
    return std::binary_search(entities.begin(), entities.end(), entity);
}

detail::slot_ptr execution::request_lock(std::vector<entity_id> entities) {
    require_outside("another critical section");
    if (entities.empty())
        throw error(errc::invalid_argument, "a critical section needs entities to lock");
    // The one order in which everybody locks: nobody waits in a circle.
    std::vector<std::string> sorted = texts_of(entities);
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    const detail::slot_ptr slot = schedule(detail::slot_kind::lock, "lock of " + listed(sorted),
                                           lock_requested{next_task_id(), sorted});
    running_->section = std::make_unique<section>(section{slot, std::move(sorted)});
    return slot;
}

void execution::release_lock(detail::slot& requested) noexcept {
    if (!is_evicted_ && running_->section && running_->section->slot.get() == &requested)
        leave_section();
}

void execution::enter_section(std::uint32_t task_id) {
    if (!running_->section || running_->section->slot->task_id != task_id)
        return; // given up before it was granted
    const detail::slot_ptr slot = running_->section->slot;
    slots_.erase(task_id);
    slot->state = detail::slot_state::completed;
    resume(*slot);
}

void execution::leave_section() {
    const std::uint32_t task_id = running_->section->slot->task_id;
    slots_.erase(task_id);
    open_.erase(task_id);
    decided_.push_back(unlock_sent{task_id, running_->section->entities});
    forget_section(*running_);
}

/// What is left of its guard must not reach us any more.
void execution::forget_section(strand& of) {
    if (of.section)
        of.section->slot->host = nullptr;
    of.section.reset();
}

std::uint32_t execution::current_section() const {
    return running_->section ? section_of(running_->section->slot->task_id) : 0;
}

void execution::require_outside(std::string_view what) const {
    if (running_->section)
        break_rule(std::string(what) + " is not allowed inside a critical section, of " +
                   listed(running_->section->entities) + "; release it first");
}

void execution::require_callable(const std::string& entity) const {
    if (!running_->section)
        return;
    if (!running_->section->has(entity))
        break_rule("only locked entities may be called inside a critical section, and " + entity +
                   " is not among " + listed(running_->section->entities) +
                   "; lock it too, or release the section first");
    if (!running_->section->is_granted())
        break_rule("entity " + entity +
                   " is called before its lock is granted; await lock() first");
    for (const auto& [task_id, asked] : open_) {
        if (&owner_of(task_id) != running_)
            continue; // what other parts do must not matter: they may have gone when it is replayed
        const auto* call = std::get_if<operation_called>(&asked);
        const auto* work = std::get_if<transaction_requested>(&asked);
        const bool is_busy =
            (call != nullptr && call->entity.text() == entity) ||
            (work != nullptr && std::find(work->entities.begin(), work->entities.end(), entity) !=
                                    work->entities.end());
        if (is_busy)
            break_rule("locked entity " + entity +
                       " is called while another call of it is under way; await that one first");
    }
}

void execution::require_signalable(const std::string& entity) const {
    if (running_->section && running_->section->has(entity))
        break_rule(
            "locked entity " + entity +
            " can't be signaled inside the critical section; call it, or release the section "
            "first");
}

detail::slot_ptr execution::transact(std::string_view name, std::vector<entity_id> entities,
                                     payload input) {
    std::vector<std::string> texts = texts_of(entities);
    for (const std::string& each : texts)
        require_callable(each);
    return schedule(detail::slot_kind::transaction, "transaction '" + std::string(name) + "'",
                    transaction_requested{next_task_id(), std::string(name), std::move(texts),
                                          outgoing(std::move(input)), current_section()});
}

} // namespace perdure::turn
