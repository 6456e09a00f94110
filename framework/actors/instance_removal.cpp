// SPDX-License-Identifier: Apache-2.0
// Purge and restart: a finished instance's rows go, all in one commit, and in the same commit it
// may begin anew.
#include "actors/instance.hpp"

namespace perdure::actors {

using namespace history;

void instance::handle(removal_mail& letter, gathered&) {
    const auto refuse = [&](errc code, const std::string& message) {
        letter.acknowledge(std::make_exception_ptr(error(code, message)));
    };
    if (!row_ || (!letter.execution.empty() && letter.execution != row_->execution))
        return refuse(errc::not_found, "there is no instance '" + id_ + "' in this task hub");
    if (!is_finished(row_->status))
        return refuse(errc::not_finished, "instance '" + id_ + "' has not ended: its status is " +
                                              to_string(row_->status) + "; terminate it first");
    gathered now;
    execution_started again{row_->name, {}, row_->input, {}};
    std::vector<std::string> keys = row_->start_keys;
    try {
        clear_instance(now.part);
    } catch (const error& damaged) {
        return letter.acknowledge(std::make_exception_ptr(damaged));
    }
    now.acknowledge.push_back(std::move(letter.acknowledge));
    forget();
    if (letter.must_restart) {
        create(std::move(again), std::move(keys), now);
        return advance(std::move(now));
    }
    now.acknowledge.push_back([hub = hub_, id = id_](const std::exception_ptr&) {
        hub->routes->send(id, rest_mail{}); // there is nothing to stay for
    });
    submit(std::move(now), {});
}

/// As if nothing had been read of it yet.
void instance::forget() {
    row_.reset();
    packed_row_.clear();
    execution_.reset();
    hub_->held->clear(id_);
    left_open_.reset();
    timers_.clear();
    runs_.clear();
    heartbeats_.clear();
    forget_steps();
    must_put_row_ = must_evaluate_ = is_held_ = is_active_ = is_history_known_ = false;
}

} // namespace perdure::actors
