// SPDX-License-Identifier: Apache-2.0
// THE key map. Integers in keys are big-endian, so that rows are in numeric order. Instance ids
// hold no NUL, entity keys may: an entity's text is therefore always the last part of a key or
// counted. On disk each value is followed by its checksum (checksum.hpp).
//
//   table        key                                value                    put by      deleted by
//   meta         "format"                           format version           open        -
//   meta         "name"                             hub name                 open        -
//   meta         "clock"                            ms (decimal)             committer   -
//   instances    instance id                        instance_row             instance    instance
//   history      instance id, NUL, step (u32)       step                     instance    instance
//                those of scopes that have ended are missing
//   inbox        target size (u32), target, order (u64)   message            sender      target
//   timers       due ms (u64), instance id, NUL, task id (u32)   execution   instance    instance
//                of a kept event: its expiry, ..., keep_timer        empty       instance instance
//   scheduled    due ms (u64), sent ms (u64), order (u64), opening (u64), @name@key
//                                                    message                 sender      entity
//   active       instance id                        empty                    instance    instance
//   entities     @name@key                          entity_row               entity      entity
//   entity_events  size of @name@key (u32), @name@key, number (u64)
//                                                    event_batch; 0: snapshot entity     entity
//   blob_counts  hash (32 bytes)                    references (decimal)     committer   committer
//   blobs        hash (32 bytes)                    the bytes                committer   committer
//   heartbeats   instance id, NUL, call (u32)       heartbeat_row            instance    instance
//   kept         instance id, NUL, number (u64)     kept_event               instance    instance
#pragma once

#include <perdure/ids.hpp>
#include <perdure/payload.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace perdure::store {

constexpr std::string_view format_key = "format";
constexpr std::string_view name_key = "name";
/// The latest time in any row: a reopened hub goes on from there, whatever the wall clock says.
constexpr std::string_view clock_key = "clock";
/// What this build reads and writes.
constexpr std::string_view format_version = "5";

std::string history_prefix(std::string_view instance);
std::string history_key(std::string_view instance, std::uint32_t step);
struct history_address {
    std::string instance;
    std::uint32_t step = 0;
};
history_address parse_history_key(std::string_view key);

/// `target` is an instance id or an entity id in its text form.
std::string inbox_prefix(std::string_view target);
std::string inbox_key(std::string_view target, std::uint64_t order);
struct inbox_address {
    std::string target;
    std::uint64_t order = 0;
};
inbox_address parse_inbox_key(std::string_view key);

struct timer_address {
    timestamp due{};
    std::string instance;
    std::uint32_t task_id = 0;

    friend auto operator<=>(const timer_address&, const timer_address&) = default;
};
/// Task ids that no request has: of the time to start, and of the expiry of kept events.
constexpr std::uint32_t start_timer = 0xffff'fffe;
constexpr std::uint32_t keep_timer = 0xffff'ffff;
std::string timer_key(const timer_address& timer);
timer_address parse_timer_key(std::string_view key);

/// `call`: the task id of the call's first attempt.
struct heartbeat_address {
    std::string instance;
    std::uint32_t call = 0;
};
std::string heartbeat_key(const heartbeat_address& kept);
heartbeat_address parse_heartbeat_key(std::string_view key);

/// A message that waits for its time. Of those that are due at once, the one sent first comes
/// first.
struct scheduled_address {
    timestamp due{};
    timestamp sent{};
    std::uint64_t order = 0; ///< As in the inbox: counts while the hub is open;
    std::uint64_t opening = 0; ///< so this random number tells apart what was sent in one ms.
    std::string target; ///< An entity.

    friend auto operator<=>(const scheduled_address&, const scheduled_address&) = default;
};
std::string scheduled_key(const scheduled_address& message);
scheduled_address parse_scheduled_key(std::string_view key);

/// Of an event-sourced entity. `number` is that of the batch's first event, or 0 for the snapshot.
std::string entity_events_prefix(std::string_view entity);
std::string entity_events_key(std::string_view entity, std::uint64_t number);
struct entity_events_address {
    std::string entity;
    std::uint64_t number = 0;
};
entity_events_address parse_entity_events_key(std::string_view key);

/// When the timer or message of that key is due. Throws error (damaged).
timestamp due_of(std::string_view key);

/// An event that waits for its instance to be started.
std::string kept_prefix(std::string_view instance);
std::string kept_key(std::string_view instance, std::uint64_t number);
struct kept_address {
    std::string instance;
    std::uint64_t number = 0;
};
kept_address parse_kept_key(std::string_view key);

std::string_view blob_key(const blob& name);

} // namespace perdure::store
