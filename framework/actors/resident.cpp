// SPDX-License-Identifier: Apache-2.0
#include "actors/resident.hpp"

#include "actors/entity.hpp"
#include "actors/instance.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

namespace perdure::actors {
namespace {

using step_atom = caf::atom_constant<caf::atom("step")>;

template <class Logic>
struct resident_state {
    static inline const char* name = "perdure.resident";
    std::optional<Logic> logic;
    services* hub = nullptr;
    bool is_step_due = false;
    std::atomic<std::int64_t>* alive = nullptr;

    ~resident_state() {
        logic.reset();
        if (alive != nullptr && alive->fetch_sub(1) == 1)
            alive->notify_all();
    }
};

template <class Logic>
caf::behavior residing(caf::stateful_actor<resident_state<Logic>>* self, const std::string& target,
                       services* hub, std::atomic<std::int64_t>* alive) {
    self->state.logic.emplace(target, *hub);
    self->state.hub = hub;
    self->state.alive = alive;
    return {
        [self](mail& letter) {
            self->state.logic->receive(std::move(letter));
            // Behind the mail that is already here: a thousand arrivals make one step.
            if (!std::exchange(self->state.is_step_due, true))
                self->send(self, step_atom::value);
        },
        [self](step_atom) {
            self->state.is_step_due = false;
            if (self->state.hub->is_killed || !self->state.logic->step())
                self->quit();
        },
    };
}

} // namespace

caf::actor spawn_resident(caf::actor_system& system, const std::string& target, services& hub,
                          std::atomic<std::int64_t>& alive) {
    alive.fetch_add(1);
    if (target.starts_with('@'))
        return system.spawn(residing<entity>, target, &hub, &alive);
    return system.spawn(residing<instance>, target, &hub, &alive);
}

} // namespace perdure::actors
