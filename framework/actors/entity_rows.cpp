// SPDX-License-Identifier: Apache-2.0
// What an entity keeps: its row, and if it is event-sourced, batches of events and a snapshot.
#include "actors/entity.hpp"

#include "store/keys.hpp"

#include <algorithm>

namespace perdure::actors {

using store::table;

void change_state(store::entity_row& row, payload state, timestamp now, commit& part) {
    history::collect_blobs(row.state, part.released);
    history::collect_blobs(state, part.retained);
    if (row.version == 0)
        row.created = now;
    row.version = state == payload{} ? 0 : row.version + 1;
    row.state = std::move(state);
    row.updated = now;
}

void put_row(const store::entity_row& row, const std::string& target, commit& part) {
    if (row.has_state() || row.is_locked())
        part.put(table::entities, target, store::encode(row));
    else
        part.remove(table::entities, target);
}

void entity::put_events(turn::entity_decision& decided, batch& into) {
    if (!decided.state && decided.events.empty())
        return;
    if (decided.state)
        remove_events(into.part);
    if (!decided.events.empty())
        put_batch(decided, into.part);
    if (decided.snapshot)
        put_snapshot(*decided.snapshot, into.part);
    row_.updated = into.part.time;
    into.must_put_row = true;
}

void entity::put_batch(turn::entity_decision& decided, commit& part) {
    std::erase_if(recent_, [durable = hub_->commits->durable_number()](const auto& each) {
        return each.second.commit <= durable;
    });
    const std::string key = store::entity_events_key(target_, row_.events + 1);
    recent_batch& added = recent_[key];
    added.commit = this_commit;
    for (const auto& each : decided.events)
        history::collect_blobs(each.value, added.blobs);
    part.retained.insert(part.retained.end(), added.blobs.begin(), added.blobs.end());
    if (row_.version++ == 0)
        row_.created = part.time;
    row_.events += decided.events.size();
    part.put(table::entity_events, key,
             history::encode(history::event_batch{part.time, std::move(decided.events)}));
}

void entity::put_snapshot(const history::snapshot& taken, commit& part) {
    part.released.insert(part.released.end(), snapshot_blobs_.begin(), snapshot_blobs_.end());
    snapshot_blobs_.clear();
    history::collect_blobs(taken.state, snapshot_blobs_);
    part.retained.insert(part.retained.end(), snapshot_blobs_.begin(), snapshot_blobs_.end());
    row_.snapshot = taken.number;
    part.put(table::entity_events, store::entity_events_key(target_, 0), history::encode(taken));
}

/// The rows in the store, and those that are still on their way there. As long as an earlier
/// removal is on its way, too, all rows since then are. Throws error (damaged).
void entity::remove_events(commit& part) {
    const auto remove = [&](const std::string& key, const std::vector<blob>& blobs) {
        part.remove(table::entity_events, key);
        part.released.insert(part.released.end(), blobs.begin(), blobs.end());
    };
    const std::string prefix = store::entity_events_prefix(target_);
    const auto visit = [&](std::string_view key, std::string_view stored) {
        const std::string stored_key(key);
        std::vector<blob> blobs;
        for (const auto& each : history::decode_event_batch(stored).events)
            history::collect_blobs(each.value, blobs);
        if (!recent_.contains(stored_key))
            remove(stored_key, blobs);
        return true;
    };
    if (removed_by_ <= hub_->commits->durable_number())
        hub_->rows->scan(table::entity_events, prefix, store::entity_events_key(target_, 1), visit);
    for (const auto& [key, recent] : recent_)
        remove(key, recent.blobs);
    if (row_.snapshot != 0)
        remove(store::entity_events_key(target_, 0), snapshot_blobs_);
    recent_.clear();
    removed_by_ = this_commit;
    snapshot_blobs_.clear();
    row_.events = row_.snapshot = row_.version = 0;
}

} // namespace perdure::actors
