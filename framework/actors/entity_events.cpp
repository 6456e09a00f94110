// SPDX-License-Identifier: Apache-2.0
#include "actors/entity_log.hpp"

#include "store/keys.hpp"

namespace perdure::actors {
namespace {

std::optional<history::snapshot> stored_snapshot(const services& hub, const std::string& target,
                                                 const store::entity_row& row) {
    if (row.snapshot == 0)
        return std::nullopt;
    const auto stored =
        hub.rows->get(store::table::entity_events, store::entity_events_key(target, 0));
    if (!stored)
        throw error(errc::damaged, "its snapshot is missing");
    history::snapshot found = history::decode_snapshot(*stored);
    if (found.number != row.snapshot)
        throw error(errc::damaged, "its snapshot is another than its row says");
    return found;
}

void replay_stored(const services& hub, const std::string& target, const store::entity_row& row,
                   turn::entity_turn& onto) {
    const std::string prefix = store::entity_events_prefix(target);
    std::uint64_t count = row.snapshot;
    hub.rows->scan(store::table::entity_events, prefix,
                   store::entity_events_key(target, row.snapshot + 1),
                   [&](std::string_view key, std::string_view stored) {
                       if (store::parse_entity_events_key(key).number != count + 1)
                           throw error(errc::damaged,
                                       "its event " + std::to_string(count + 1) + " is missing");
                       const history::event_batch batch = history::decode_event_batch(stored);
                       onto.replay(batch);
                       count += batch.events.size();
                       return true;
                   });
    if (count != row.events)
        throw error(errc::damaged, "it has " + std::to_string(count) + " events, its row says " +
                                       std::to_string(row.events));
}

void require_same_kind(const detail::entity_definition& code, const store::entity_row& row) {
    const bool is_sourced = code()->log() != nullptr;
    if (row.has_state() && row.is_sourced() && !is_sourced)
        throw error(errc::conversion, "its events are on disk, but it is registered as an entity "
                                      "that keeps its state; register it as event-sourced");
    if (row.has_state() && !row.is_sourced() && is_sourced)
        throw error(errc::conversion,
                    "its state is on disk, but it is registered as "
                    "event-sourced; register it as an entity that keeps its state");
}

} // namespace

std::unique_ptr<turn::entity_turn> loaded(const services& hub, entity_id id,
                                          const detail::entity_definition& code,
                                          const store::entity_row& row,
                                          std::vector<blob>* snapshot_blobs) {
    require_same_kind(code, row);
    const std::string target = id.text();
    const auto taken = stored_snapshot(hub, target, row);
    std::optional<payload> state;
    if (taken)
        state = taken->state;
    else if (row.has_state() && !row.is_sourced())
        state = row.state;
    if (taken && snapshot_blobs != nullptr)
        history::collect_blobs(taken->state, *snapshot_blobs);
    auto live = std::make_unique<turn::entity_turn>(
        std::move(id), code, std::move(state), *hub.blobs, hub.inline_payload_max, hub.functions);
    if (live->is_sourced()) {
        live->resume_after(row.snapshot);
        replay_stored(hub, target, row, *live);
    }
    return live;
}

} // namespace perdure::actors
