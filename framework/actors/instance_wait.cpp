// SPDX-License-Identifier: Apache-2.0
// Some letters are about what an instance has on disk. If the end of that is still on its way
// there, they wait for it, and whatever came after them waits behind them.
#include "actors/instance.hpp"

namespace perdure::actors {

using namespace history;

namespace {

/// Whether what came before it is handled in a step before it.
bool stands_alone(const mail& letter) {
    const auto* sent = std::get_if<inbox_mail>(&letter);
    return std::holds_alternative<control_mail>(letter) ||
           std::holds_alternative<removal_mail>(letter) ||
           (sent != nullptr && std::holds_alternative<execution_terminated>(sent->body.body));
}

} // namespace

/// Takes the step for what has gathered so far.
void instance::advance_before(gathered& into) {
    const bool must_rest = into.must_rest;
    advance(std::exchange(into, {}));
    into.must_rest = must_rest;
}

/// A poisoned hub will never be further: whatever is decided is refused then.
bool instance::can_read_rows() const {
    return last_commit_ <= hub_->commits->durable_number() || hub_->commits->is_poisoned();
}

bool instance::needs_rows(const mail& letter) const {
    if (!row_ || !is_readable_)
        return false;
    const auto* control = std::get_if<control_mail>(&letter);
    const auto* sent = std::get_if<inbox_mail>(&letter);
    if (control == nullptr && sent == nullptr)
        return false;
    const history::event& body = control != nullptr ? control->order : sent->body.body;
    // A start that comes again, or a rewind: the history is read to go back in it.
    if (is_finished(row_->status))
        return std::holds_alternative<execution_rewound>(body) ||
               std::holds_alternative<execution_started>(body);
    // What a held instance has open can be told from its history only.
    return !execution_ && !left_open_ &&
           (std::holds_alternative<execution_terminated>(body) ||
            (sent != nullptr && !std::holds_alternative<execution_started>(body)));
}

bool instance::must_wait_for_rows(const mail& letter, gathered& into) {
    if (is_waiting_)
        return true;
    if (stands_alone(letter))
        advance_before(into);
    if (!needs_rows(letter))
        return false;
    advance_before(into);
    if (!can_read_rows())
        wait_for_rows();
    else if (!is_finished(row_->status) && !execution_)
        find_open();
    return is_waiting_;
}

/// For one that is held. If its history can't be read, it is of no use.
void instance::find_open() {
    try {
        open_requests();
    } catch (const error& damaged) {
        is_readable_ = false;
        hold(damaged.what());
    }
}

/// Until everything submitted so far is on disk.
void instance::wait_for_rows() {
    is_waiting_ = true;
    commit nothing;
    nothing.done = [hub = hub_, id = id_](std::exception_ptr) {
        hub->routes->send(id, wake_mail{true});
    };
    last_commit_ = hub_->commits->submit(std::move(nothing)).number;
}

} // namespace perdure::actors
