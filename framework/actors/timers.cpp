// SPDX-License-Identifier: Apache-2.0
#include "actors/timers.hpp"

#include <perdure/error.hpp>

#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>

#include <algorithm>

namespace perdure::actors {
namespace {

constexpr std::size_t timers_in_memory = 4096;
/// Fired before those that wake have their turn: the last of many that are due at once would wait
/// for the work of the first. No more, because each takes memory until it has had its turn.
constexpr int batches_at_once = 4;

struct set_timer {
    std::string key;
    std::uint64_t commit;
};
struct cancel_timer {
    std::string key;
};
/// Ticks of an older generation have been overtaken by an earlier one.
struct tick {
    std::uint64_t generation;
};

} // namespace
} // namespace perdure::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(perdure::actors::set_timer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(perdure::actors::cancel_timer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(perdure::actors::tick)

namespace perdure::actors {
namespace {

struct timer_state {
    static inline const char* name = "perdure.timers";
    std::optional<timer_queue> queue;
    std::size_t batch = 0;
    base::engine_clock* clock = nullptr;
    timers::fire_function fire;
    timers::durable_function durable;
    timers::failure_function failed;
    std::uint64_t generation = 0;
    std::optional<base::mono_time> waking_at;
};

using timer_actor = caf::stateful_actor<timer_state>;

void schedule(timer_actor* self) {
    timer_state& state = self->state;
    const auto due = state.queue->next_due(state.durable());
    if (!due)
        return;
    const auto sleep = std::min(state.clock->until(*due), longest_sleep);
    const base::mono_time wake = state.clock->mono() + sleep;
    if (state.waking_at && *state.waking_at <= wake)
        return;
    state.waking_at = wake;
    ++state.generation;
    if (sleep.count() == 0)
        self->send(self, tick{state.generation});
    else
        self->delayed_send(self, sleep, tick{state.generation});
}

/// Does something that may read the store. A timer passed over would be lost, so the first that
/// can't be read is the end.
template <class Work>
void attempt(timer_actor* self, Work work) {
    try {
        work(self->state);
        schedule(self);
    } catch (const error& obstacle) {
        self->state.failed(obstacle);
        self->quit();
    }
}

caf::behavior timing(timer_actor* self, store::store* rows, store::table where,
                     base::engine_clock* clock, timers::fire_function fire,
                     timers::durable_function durable, timers::failure_function failed,
                     base::probe* disturbed_by) {
    const bool is_small = base::buggify(disturbed_by, "few timers fit in memory");
    self->state.batch = is_small ? 3 : timers_in_memory;
    self->state.queue.emplace(*rows, where, self->state.batch);
    self->state.clock = clock;
    self->state.fire = std::move(fire);
    self->state.durable = std::move(durable);
    self->state.failed = std::move(failed);
    return {
        [self](const set_timer& wanted) {
            attempt(self, [&](timer_state& state) {
                state.queue->set(wanted.key, wanted.commit, state.durable());
            });
        },
        [self](const cancel_timer& unwanted) { self->state.queue->cancel(unwanted.key); },
        [self, disturbed_by](const tick& expected) {
            if (expected.generation != self->state.generation)
                return;
            self->state.waking_at.reset();
            attempt(self, [disturbed_by](timer_state& state) {
                const timestamp now = state.clock->now();
                for (int batch = 0; batch < batches_at_once; ++batch)
                    for (const auto& each :
                         state.queue->take_due(now, state.durable(), state.batch))
                        do
                            state.fire(each);
                        while (base::buggify(disturbed_by, "timer fires again"));
            });
        },
    };
}

} // namespace

timers::timers(caf::actor_system& system, store::store& rows, store::table where,
               base::engine_clock& clock, fire_function fire, durable_function durable,
               failure_function failed, base::probe* disturbed_by)
    : actor_(system.spawn(timing, &rows, where, &clock, std::move(fire), std::move(durable),
                          std::move(failed), disturbed_by)) {}

void timers::start() {
    caf::anon_send(actor_, tick{0});
}

void timers::set(std::string key, std::uint64_t commit) {
    caf::anon_send(actor_, set_timer{std::move(key), commit});
}

void timers::cancel(std::string key) {
    caf::anon_send(actor_, cancel_timer{std::move(key)});
}

} // namespace perdure::actors
