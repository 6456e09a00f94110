// SPDX-License-Identifier: Apache-2.0
// Rewind: a failed instance goes back to before its failure, and its children that have failed or
// were stopped with it are started again, which takes them back, too.
#include "actors/instance.hpp"

#include "turn/rewind.hpp"

namespace perdure::actors {

using namespace history;

void instance::handle_rewind(control_mail& letter) {
    const auto refuse = [&](errc code, const std::string& what) {
        letter.acknowledge(std::make_exception_ptr(error(code, what)));
    };
    if (!row_)
        return refuse(errc::not_found, "there is no instance '" + id_ + "' in this task hub");
    const std::string found = "instance '" + id_ + "' can't be rewound: its status is " +
                              to_string(row_->status) + ", not Failed";
    if (row_->status != runtime_status::failed)
        return refuse(is_finished(row_->status) ? errc::instance_finished : errc::not_finished,
                      found);
    gathered now;
    payload reason = std::get<execution_rewound>(letter.order).reason;
    turn::move_out_of_line(reason, hub_->inline_payload_max, now.part.blobs);
    now.acknowledge.push_back(letter.acknowledge);
    try {
        rewind(std::move(reason), std::move(now));
    } catch (const error& damaged) {
        letter.acknowledge(std::make_exception_ptr(damaged));
    }
}

/// The parent was rewound, and waits again. What runs will answer; what has ended well answers once
/// more, because its answer may have come when nobody waited; the rest goes back.
void instance::start_again(gathered& into) {
    if (!is_finished(row_->status))
        return;
    if (row_->status == runtime_status::completed)
        return answer_parent(into.part);
    const consumed_message start = into.part.consumed.back();
    into.part.consumed.pop_back();
    gathered now;
    now.part.consumed.push_back(start);
    try {
        rewind({}, std::move(now));
    } catch (const error& obstacle) {
        into.part.consumed.push_back(start);
        if (obstacle.code() == errc::critical_section)
            return answer_parent(into.part);
        into.part.consumed.pop_back();
        is_readable_ = false;
        hold(obstacle.what());
    }
}

/// Throws error (damaged, critical_section) before anything has happened.
void instance::rewind(payload reason, gathered now) {
    std::vector<numbered_step> past;
    scan_history([&](history::step recorded) {
        past.push_back({step_count_ - 1, std::move(recorded)});
    });
    timers_.clear();
    turn::rewinding back = turn::rewind(past, std::move(reason));
    if (back.is_in_section)
        throw error(
            errc::critical_section,
            "instance '" + id_ +
                "' failed inside a critical section: its locks are given "
                "up, and the rest of the section can't run without them; restart it instead");
    history::step record;
    record.time = hub_->clock->now();
    record.evaluated = false;
    record.arrived = std::move(back.arrived);
    row_->status = runtime_status::running;
    row_->output = {};
    row_->error = {};
    ++row_->rewinds;
    must_put_row_ = must_evaluate_ = true;
    for (const timer_created& each : back.timers)
        decide(each, now);
    for (const child_created& each : back.children)
        decide(each, now);
    for (const history::event& each : back.calls)
        decide(each, now);
    turn::decision back_again;
    back_again.parts.push_back({std::move(record)});
    carry_out(std::move(back_again), std::move(now));
    // The code is run again from what is on disk.
    forget();
    is_loaded_ = false;
    wait_for_rows();
}

} // namespace perdure::actors
