// SPDX-License-Identifier: Apache-2.0
#include "check/event_check.hpp"

#include "store/keys.hpp"

#include <perdure/error.hpp>

#include <algorithm>

namespace perdure::check {

using store::table;

event_check::event_check(audit& of, std::string entity)
    : of_(&of), entity_(std::move(entity)), blobs_(*of.rows) {
    of.logs.add(entity_);
    try {
        const entity_id id = entity_id::parse(entity_);
        if (const auto stored = of.rows->get(table::entities, entity_))
            row_ = store::decode_entity_row(*stored);
        const auto* code = of.functions != nullptr ? of.functions->find_entity(id.name) : nullptr;
        if (code != nullptr && (*code)()->log() != nullptr)
            object_ = (*code)();
    } catch (const error& damaged) {
        spoil(store::entity_events_key(entity_, 1), damaged.what());
    }
}

void event_check::spoil(std::string_view key, std::string what) {
    if (!std::exchange(is_spoiled_, true))
        of_->add(table::entity_events, key, std::move(what));
}

void event_check::read(const row& stored) {
    try {
        const std::uint64_t number = store::parse_entity_events_key(stored.key).number;
        if (number != 0)
            return read_batch(stored, number);
        snapshot_ = history::decode_snapshot(stored.value);
        of_->blobs.add(snapshot_->state);
    } catch (const error& damaged) {
        of_->blobs.doubt();
        spoil(stored.key, damaged.what());
    }
}

void event_check::read_batch(const row& stored, std::uint64_t number) {
    const history::event_batch batch = history::decode_event_batch(stored.value);
    for (const auto& each : batch.events)
        of_->blobs.add(each.value);
    if (number != count_ + 1)
        spoil(stored.key, "event " + std::to_string(count_ + 1) + " is missing before it");
    if (batch.time < latest_)
        spoil(stored.key, "its time is before that of an earlier one");
    latest_ = batch.time;
    replay(batch);
}

void event_check::replay(const history::event_batch& batch) {
    for (const auto& each : batch.events) {
        ++count_;
        if (object_ && !is_spoiled_)
            try {
                payload value = each.value;
                turn::bring_inline(value, blobs_);
                object_->log()->replay(each.name, value);
            } catch (const std::exception& obstacle) {
                spoil(store::entity_events_key(entity_, count_),
                      "event '" + each.name + "' can't be applied: " + obstacle.what());
            }
        if (snapshot_ && snapshot_->number == count_)
            compare_snapshot();
    }
}

void event_check::compare_snapshot() {
    if (!object_ || is_spoiled_)
        return;
    try {
        if (object_->save() != snapshot_->state)
            spoil(store::entity_events_key(entity_, 0),
                  "the events before it add up to another state");
    } catch (const std::exception& obstacle) {
        spoil(store::entity_events_key(entity_, 0),
              std::string("the state that it should hold can't be stored: ") + obstacle.what());
    }
}

void event_check::finish() {
    if (is_spoiled_)
        return;
    const std::string first = store::entity_events_key(entity_, snapshot_ ? 0 : 1);
    if (!row_ || !row_->is_sourced())
        return spoil(first, "there is no such event-sourced entity");
    if (count_ != row_->events)
        return spoil(first, "there are " + std::to_string(count_) +
                                " events, the entity's row says " + std::to_string(row_->events));
    if (latest_ > row_->updated)
        return spoil(first, "it has an event that is later than the entity's last change");
    if ((snapshot_ ? snapshot_->number : 0) != row_->snapshot)
        return spoil(first, "the snapshot is not the one that the entity's row says");
}

namespace {

/// The entity that a row of events belongs to. Rows with damaged keys are reported and passed over.
std::optional<std::string> owner_at(audit& of, cursor& events) {
    for (; !events.is_at_end(); events.next()) {
        try {
            return store::parse_entity_events_key(events->key).entity;
        } catch (const error& damaged) {
            of.add(table::entity_events, events->key, damaged.what());
            of.blobs.doubt();
        }
    }
    return std::nullopt;
}

} // namespace

void check_events(audit& of) {
    cursor events(of, table::entity_events);
    for (auto entity = owner_at(of, events); entity;) {
        event_check one(of, *entity);
        auto next = entity;
        for (; next == entity; next = owner_at(of, events)) {
            one.read(*events);
            events.next();
        }
        if (events.is_at_end() && of.cut(table::entity_events))
            one.doubt();
        one.finish();
        entity = std::move(next);
    }
}

} // namespace perdure::check
