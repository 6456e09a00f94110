// SPDX-License-Identifier: Apache-2.0
// Events drawn from bytes: all kinds, with few numbers and names, so that they often meet.
#pragma once

#include "target.hpp"

#include "history/event.hpp"

namespace fuzz {

inline perdure::payload draw_payload(source& in) {
    perdure::payload drawn;
    drawn.data = std::to_string(in.byte());
    return drawn;
}

inline perdure::failure draw_failure(source& in) {
    return {"type", std::to_string(in.byte()), nullptr};
}

inline perdure::timestamp draw_time(source& in) {
    return perdure::timestamp(std::chrono::milliseconds(in.number(40)));
}

inline perdure::history::execution_completed draw_end(source& in) {
    perdure::history::execution_completed ended;
    ended.status = static_cast<perdure::runtime_status>(in.number(7));
    if (in.flag())
        ended.output = draw_payload(in);
    if (in.flag())
        ended.error = draw_failure(in);
    return ended;
}

inline std::vector<std::string> draw_entities(source& in) {
    std::vector<std::string> drawn;
    for (std::uint8_t left = in.number(3); left > 0; --left)
        drawn.push_back(in.flag() ? "@counter@a" : "@counter@b");
    return drawn;
}

inline perdure::history::execution_started draw_start(source& in) {
    perdure::history::execution_started begun{"name", "execution", draw_payload(in), {}};
    begun.is_continued = in.flag();
    if (in.flag())
        begun.start_at = draw_time(in);
    begun.seen.bytes.assign(std::size_t{16} * in.number(2), 'k');
    return begun;
}

inline perdure::history::scope_trace draw_trace(source& in) {
    const std::uint32_t steps = in.number(3);
    return {steps, in.number(15)};
}

inline perdure::history::event draw_event(source& in) {
    using namespace perdure::history;
    const std::uint8_t kind = in.number(36);
    const std::uint32_t id = in.number(7);
    switch (kind) {
    case 0:
        return draw_start(in);
    case 1:
        return draw_end(in);
    case 2:
        return task_scheduled{id, "work", draw_payload(in)};
    case 3:
        return task_completed{id, draw_payload(in)};
    case 4:
        return task_rejected{id, draw_failure(in)};
    case 5:
        return child_created{id, "child", "child-id", draw_payload(in)};
    case 6:
        return child_completed{id, draw_payload(in)};
    case 7:
        return child_rejected{id, draw_failure(in)};
    case 8:
        return timer_created{id, draw_time(in)};
    case 9:
        return timer_fired{id};
    case 10:
        return timer_canceled{id};
    case 11:
        return event_raised{in.flag() ? "nudge" : "other", draw_payload(in)};
    case 12:
        return operation_called{id, {"counter", "key"}, "add", draw_payload(in)};
    case 13:
        return operation_signaled{id, {"counter", "key"}, "add", draw_payload(in)};
    case 14:
        return operation_completed{id, draw_payload(in)};
    case 15:
        return operation_rejected{id, draw_failure(in)};
    case 16:
        return execution_suspended{draw_payload(in)};
    case 17:
        return execution_resumed{draw_payload(in)};
    case 18:
        return task_canceled{id};
    case 19:
        return lock_requested{id, draw_entities(in)};
    case 20:
        return lock_granted{id};
    case 21:
        return unlock_sent{id, draw_entities(in)};
    case 22:
        return transaction_requested{id, "transfer", draw_entities(in), draw_payload(in)};
    case 23:
        return transaction_completed{id, draw_payload(in)};
    case 24:
        return transaction_rejected{id, draw_failure(in)};
    case 25:
        return child_canceled{id, "child-id"};
    case 26:
        return execution_continued{"name", draw_payload(in)};
    case 27:
        return start_requested{id, "child", "child-id", draw_payload(in), draw_time(in)};
    case 28:
        return event_raised{"nudge", draw_payload(in), in.flag() ? "key" : "another"};
    case 30:
        return scope_entered{id, "piece", draw_payload(in)};
    case 31: {
        perdure::payload result = draw_payload(in);
        return scope_completed{id, std::move(result), draw_trace(in)};
    }
    case 32: {
        perdure::failure error = draw_failure(in);
        return scope_rejected{id, std::move(error), draw_trace(in)};
    }
    case 33:
        return scope_canceled{id, draw_trace(in)};
    case 34: {
        const std::uint64_t arrival = in.number(3);
        return event_taken{"nudge", id, arrival, in.number(7)};
    }
    case 35: {
        perdure::payload value = draw_payload(in);
        return event_returned{"nudge", std::move(value), in.number(3)};
    }
    case 29: {
        perdure::payload reason = draw_payload(in);
        const std::uint32_t to_step = in.number(7);
        return execution_rewound{std::move(reason), to_step, in.number(7)};
    }
    default: {
        perdure::payload reason = draw_payload(in);
        return execution_terminated{std::move(reason), in.flag()};
    }
    }
}

} // namespace fuzz
