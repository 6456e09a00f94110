// SPDX-License-Identifier: Apache-2.0
// What is kept of an event-sourced entity: batches of events, and the last snapshot of the state.
#pragma once

#include <perdure/ids.hpp>
#include <perdure/payload.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace perdure::history {

struct recorded_event {
    std::string name;
    payload value;

    static void fields(auto& self, auto& field) {
        field(1, self.name);
        field(2, self.value);
    }
    friend bool operator==(const recorded_event&, const recorded_event&) = default;
};

/// What one batch of operations decided on.
struct event_batch {
    timestamp time{};
    std::vector<recorded_event> events;

    friend bool operator==(const event_batch&, const event_batch&) = default;
};

/// The state after an event.
struct snapshot {
    std::uint64_t number = 0; ///< Of that event; they count from 1.
    payload state;

    static void fields(auto& self, auto& field) {
        field(1, self.number);
        field(2, self.state);
    }
    friend bool operator==(const snapshot&, const snapshot&) = default;
};

std::string encode(const event_batch& value);
std::string encode(const snapshot& value);
/// Any bytes give a value or error (damaged).
event_batch decode_event_batch(std::string_view stored);
snapshot decode_snapshot(std::string_view stored);

} // namespace perdure::history
