// SPDX-License-Identifier: Apache-2.0
// Events about several entities at once: critical sections and transactions. Entities are named in
// their text form. Part of event.hpp.
#pragma once

#include <perdure/payload.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace perdure::history {

/// Whose critical section an entity is in: of which execution, and which of its requests. Nobody's:
/// empty.
struct lock_owner {
    std::string instance;
    std::string execution;
    std::uint32_t task_id = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.instance);
        field(2, self.execution);
        field(3, self.task_id);
    }
    friend bool operator==(const lock_owner&, const lock_owner&) = default;
};

/// A request for a critical section. In a history it names all entities, sorted; as a message,
/// those that are still to be locked: the first one is the target, and sends it on to the next.
struct lock_requested {
    static constexpr std::uint32_t kind = 35;
    static constexpr const char* label = "EntityLockRequested";
    std::uint32_t task_id = 0;
    std::vector<std::string> entities;

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.entities);
    }
    friend bool operator==(const lock_requested&, const lock_requested&) = default;
};

/// All entities of the request are locked.
struct lock_granted {
    static constexpr std::uint32_t kind = 36;
    static constexpr const char* label = "EntityLockGranted";
    std::uint32_t task_id = 0;

    static void fields(auto& self, auto& field) { field(1, self.task_id); }
    friend bool operator==(const lock_granted&, const lock_granted&) = default;
};

/// A request is given up, granted or not. Travels as the request did, and behind it: so it never
/// misses it, however far that has come.
struct unlock_sent {
    static constexpr std::uint32_t kind = 37;
    static constexpr const char* label = "EntityUnlockSent";
    std::uint32_t task_id = 0; ///< Of the request.
    std::vector<std::string> entities;

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.entities);
    }
    friend bool operator==(const unlock_sent&, const unlock_sent&) = default;
};

/// How calls and transactions name the critical section they are made in: 0 is none.
constexpr std::uint32_t section_of(std::uint32_t lock_request) {
    return lock_request + 1;
}

/// A function is to run over the states of several entities. Durable Task has no such event.
struct transaction_requested {
    static constexpr std::uint32_t kind = 38;
    static constexpr const char* label = "TransactionRequested";
    std::uint32_t task_id = 0;
    std::string name;
    std::vector<std::string> entities; ///< In the order of the function's parameters.
    payload input;
    std::uint32_t section = 0; ///< See section_of().

    static void fields(auto& self, auto& field) {
        field(1, self.task_id);
        field(2, self.name);
        field(3, self.entities);
        field(4, self.input);
        field(5, self.section);
    }
    friend bool operator==(const transaction_requested&, const transaction_requested&) = default;
};

/// What the entities of a transaction are visited in: sorted, each once.
std::vector<std::string> route_of(const transaction_requested& asked);

} // namespace perdure::history
