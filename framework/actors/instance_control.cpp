// SPDX-License-Identifier: Apache-2.0
// Terminate, suspend, resume. Each is a step of its own: what was sent before it is handled before
// it, by code that runs as if nothing were to come.
#include "actors/instance.hpp"

#include "history/grammar.hpp"

namespace perdure::actors {

using namespace history;

bool instance::is_suspended() const {
    return row_ && row_->status == runtime_status::suspended;
}

/// Throws error (damaged) if it is held and its history can't be read.
const turn::open_requests& instance::open_requests() {
    if (execution_)
        return execution_->open();
    if (!left_open_) {
        reading past;
        scan_history([&](const history::step& recorded) { past.add(step_count_ - 1, recorded); });
        left_open_ = std::make_unique<turn::open_requests>(past.open());
        take_timers(*left_open_);
    }
    return *left_open_;
}

void instance::handle(control_mail& letter, gathered&) {
    if (std::holds_alternative<execution_rewound>(letter.order))
        return handle_rewind(letter);
    const auto refuse = [&](errc code, const std::string& message) {
        letter.acknowledge(std::make_exception_ptr(error(code, message)));
    };
    if (!row_)
        return refuse(errc::not_found, "there is no instance '" + id_ + "' in this task hub");
    if (is_finished(row_->status))
        return refuse(errc::instance_finished,
                      "instance '" + id_ + "' has ended: its status is " + to_string(row_->status));
    gathered now;
    for_each_payload(letter.order, [&](payload& reason) {
        turn::move_out_of_line(reason, hub_->inline_payload_max, now.part.blobs);
    });
    now.acknowledge.push_back(letter.acknowledge);
    try {
        if (auto* why = std::get_if<execution_terminated>(&letter.order))
            terminate(std::move(*why), std::move(now));
        else if (auto* pause = std::get_if<execution_suspended>(&letter.order))
            suspend(std::move(*pause), std::move(now));
        else
            resume(std::get<execution_resumed>(std::move(letter.order)), std::move(now));
    } catch (const error& damaged) {
        letter.acknowledge(std::make_exception_ptr(damaged));
    }
}

/// A parent's wish counts only with its own children; anything else under the id goes on.
void instance::handle_termination(inbox_mail& letter) {
    const message& sent = letter.body;
    const bool is_meant = row_ && !is_finished(row_->status) &&
                          row_->parent.instance == sent.sender &&
                          row_->parent.execution == sent.sender_execution;
    gathered now;
    now.part.consumed.push_back({id_, letter.order, {}});
    collect_blobs(sent.body, now.part.consumed.back().blobs);
    if (!is_meant)
        return submit(std::move(now), {});
    try {
        terminate(std::get<execution_terminated>(sent.body), std::move(now));
    } catch (const error& damaged) {
        hub_->log("instance " + id_ + " can't be terminated: " + damaged.what());
    }
}

/// Throws error (damaged) before anything has happened.
void instance::terminate(execution_terminated why, gathered now) {
    const turn::open_requests& open = open_requests();
    history::step record;
    record.time = hub_->clock->now();
    record.evaluated = false;
    record.decided = turn::termination(open, why);
    if (why.recursive)
        for (std::string& child : turn::open_children(open))
            now.part.messages.push_back({std::move(child), message{id_, row_->execution, {}, why}});
    record.arrived.emplace_back(std::move(why));
    must_evaluate_ = false;
    is_held_ = false;
    hub_->held->clear(id_);
    turn::decision end;
    end.parts.push_back({std::move(record)});
    carry_out(std::move(end), std::move(now));
}

void instance::suspend(execution_suspended why, gathered now) {
    if (!is_suspended()) {
        row_->status = runtime_status::suspended;
        must_put_row_ = true;
        now.arrived.emplace_back(std::move(why));
    }
    advance(std::move(now));
}

void instance::resume(execution_resumed why, gathered now) {
    if (is_suspended()) {
        row_->status = runtime_status::running;
        must_put_row_ = true;
        now.arrived.emplace_back(std::move(why));
    }
    advance(std::move(now));
}

} // namespace perdure::actors
