// SPDX-License-Identifier: Apache-2.0
// The CAF side of an instance or entity: an actor that gathers mail and then runs one step for all
// that has gathered.
#pragma once

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <atomic>
#include <cstdint>
#include <string>

namespace perdure::actors {

struct services;

/// Makes the actor of a target: an entity if it starts with '@', an instance otherwise. `alive`
/// counts such actors; it is notified when the last one ends.
caf::actor spawn_resident(caf::actor_system& system, const std::string& target, services& hub,
                          std::atomic<std::int64_t>& alive);

} // namespace perdure::actors
