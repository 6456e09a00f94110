// SPDX-License-Identifier: Apache-2.0
#include "actors/heartbeat_watch.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace perdure::actors {
namespace {

using look_atom = caf::atom_constant<caf::atom("look")>;

// Each look plans the next one; those that were planned before and come in between are harmless.
caf::behavior watching(caf::event_based_actor* self, heartbeat_watch* owner) {
    return {[self, owner](look_atom) {
        if (const auto wait = owner->look())
            self->delayed_send(self, *wait, look_atom::value);
    }};
}

} // namespace

heartbeat_watch::heartbeat_watch(caf::actor_system& system, base::engine_clock& clock,
                                 std::function<void(const watched_run&)> give_up)
    : clock_(&clock), give_up_(std::move(give_up)), actor_(system.spawn(watching, this)) {}

void heartbeat_watch::watch(watched_run begun) {
    begun.control->touch(clock_->mono());
    const base::mono_time look_at = base::later(clock_->mono(), begun.silence_max);
    bool is_first = false;
    {
        const std::scoped_lock lock(mutex_);
        is_first = watched_.empty() || look_at < watched_.begin()->first;
        watched_.emplace(look_at, std::move(begun));
    }
    if (is_first)
        caf::anon_send(actor_, look_atom::value);
}

std::optional<base::mono_time> heartbeat_watch::next() const {
    const std::scoped_lock lock(mutex_);
    return watched_.empty() ? std::nullopt : std::optional(watched_.begin()->first);
}

std::optional<std::chrono::milliseconds> heartbeat_watch::look() {
    const base::mono_time now = clock_->mono();
    std::vector<watched_run> silent;
    std::optional<std::chrono::milliseconds> wait;
    {
        const std::scoped_lock lock(mutex_);
        while (!watched_.empty() && watched_.begin()->first <= now) {
            watched_run each = std::move(watched_.extract(watched_.begin()).mapped());
            if (!each.control->needs_watching())
                continue;
            const auto limit = base::later(each.control->last_sign(), each.silence_max);
            if (limit > now)
                watched_.emplace(limit, std::move(each));
            else
                silent.push_back(std::move(each));
        }
        if (!watched_.empty())
            wait = watched_.begin()->first - now;
    }
    for (const watched_run& each : silent)
        give_up_(each);
    return wait;
}

} // namespace perdure::actors
