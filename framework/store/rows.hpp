// SPDX-License-Identifier: Apache-2.0
// Rows that are not histories: instances, entities, kept events and the clock. All but the clock
// are encoded by their field lists like events; fields of a newer build survive being rewritten by
// an older one.
#pragma once

#include "history/event.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace perdure::store {

struct instance_row {
    std::string name;
    std::string execution;
    runtime_status status = runtime_status::running;
    timestamp created{};
    timestamp updated{};
    history::parent_link parent;
    payload input;
    payload output;
    payload custom_status;
    failure error;
    std::string started_as{}; ///< start_digest() of the first execution, once it continued as new.
    std::vector<std::string> start_keys{}; ///< See start_options::key; the latest is the last.
    std::uint32_t rewinds = 0; ///< How often its history was taken back.
    std::string unknown_fields{};

    static void fields(auto& self, auto& field) {
        field(1, self.name);
        field(2, self.execution);
        field(3, self.status);
        field(4, self.created);
        field(5, self.updated);
        field(6, self.parent);
        field(7, self.input);
        field(8, self.output);
        field(9, self.custom_status);
        field(10, self.error);
        field(15, self.started_as);
        field(16, self.start_keys);
        field(20, self.rewinds);
    }
};

struct entity_row {
    payload state; ///< Null if it is event-sourced.
    std::uint64_t version = 0; ///< Batches that changed the state; 0: there is no entity.
    timestamp updated{};
    history::lock_owner holder = {}; ///< Whose critical section it is in.
    timestamp locked{}; ///< Since when.
    std::uint64_t events = 0; ///< If it is event-sourced: how many there are,
    std::uint64_t snapshot = 0; ///< and how many of them the snapshot holds.
    timestamp created{};
    std::string unknown_fields = {};

    bool has_state() const noexcept { return version != 0; }
    bool is_locked() const noexcept { return !holder.instance.empty(); }
    bool is_sourced() const noexcept { return events != 0; }

    static void fields(auto& self, auto& field) {
        field(1, self.state);
        field(2, self.version);
        field(3, self.updated);
        field(4, self.holder);
        field(5, self.locked);
        field(7, self.events);
        field(8, self.snapshot);
        field(9, self.created);
    }
};

/// The latest heartbeat of a call.
struct heartbeat_row {
    std::string execution;
    payload progress;
    std::string unknown_fields;

    static void fields(auto& self, auto& field) {
        field(1, self.execution);
        field(2, self.progress);
    }
};

/// An event for an instance that does not exist yet.
struct kept_event {
    history::event_raised raised;
    timestamp expires{};
    std::uint64_t size_bytes = 0; ///< Of the value, wherever it is.
    std::string unknown_fields;

    static void fields(auto& self, auto& field) {
        field(1, self.raised);
        field(2, self.expires);
        field(3, self.size_bytes);
    }
};

/// What a start asked for, in 16 bytes: function and input.
std::string start_digest(const std::string& name, const payload& input);

/// The row as clients see it.
instance_status to_status(const std::string& instance, const instance_row& row);

std::string encode(const instance_row& row);
std::string encode(const entity_row& row);
std::string encode(const heartbeat_row& row);
std::string encode(const kept_event& row);
/// Of the row "clock"; not before 1970.
std::string encode_clock(timestamp time);
/// How many references there are to a blob: decimal digits.
std::string encode_count(std::uint64_t references);
/// Any bytes give a row or error (damaged).
instance_row decode_instance_row(std::string_view stored);
entity_row decode_entity_row(std::string_view stored);
heartbeat_row decode_heartbeat_row(std::string_view stored);
kept_event decode_kept_event(std::string_view stored);
timestamp decode_clock(std::string_view stored);
/// Also refuses zero, which is never written.
std::uint64_t decode_count(std::string_view stored);

} // namespace perdure::store
