// SPDX-License-Identifier: Apache-2.0
// The events of an event-sourced entity, and when to take a snapshot.
#include "turn/entity_turn.hpp"

#include <exception>

namespace perdure::turn {

using namespace history;

void entity_turn::resume_after(std::uint64_t snapshot) {
    event_count_ = snapshot;
    committed_count_ = snapshot;
    snapshot_due_ = snapshot + (is_sourced() ? events_->snapshot_every() : 0);
}

void entity_turn::replay(const event_batch& batch) {
    for (const recorded_event& each : batch.events) {
        payload value = each.value;
        bring_inline(value, *blobs_);
        ++event_count_;
        try {
            events_->replay(each.name, value);
        } catch (const error&) {
            throw;
        } catch (const std::exception& wrong) {
            throw error(errc::conversion, "event " + std::to_string(event_count_) + " '" +
                                              each.name +
                                              "' can't be applied any more: " + wrong.what());
        }
    }
    committed_count_ = event_count_;
}

void entity_turn::keep_events() {
    for (detail::emitted_event& each : events_->take_events()) {
        move_out_of_line(each.value, inline_payload_max_, deciding_.blobs);
        deciding_.events.push_back({std::move(each.name), std::move(each.value)});
        ++event_count_;
    }
}

/// What this batch has decided on so far goes with what is stored.
void entity_turn::forget_events() {
    deciding_.events.clear();
    if (committed_count_ != 0)
        deciding_.state = payload{};
    restore(std::nullopt);
    resume_after(0);
}

/// A state that can't be encoded costs the snapshot, not the operations: their events are what
/// counts.
void entity_turn::take_snapshot() {
    committed_count_ = event_count_;
    if (deciding_.events.empty() || event_count_ < snapshot_due_)
        return;
    snapshot_due_ = event_count_ + events_->snapshot_every();
    try {
        snapshot taken{event_count_, object_->save()};
        move_out_of_line(taken.state, inline_payload_max_, deciding_.blobs);
        deciding_.snapshot = std::move(taken);
    } catch (...) {
        deciding_.log.push_back("no snapshot of entity " + id_.text() +
                                " can be taken: " + failure::current().message);
    }
}

} // namespace perdure::turn
