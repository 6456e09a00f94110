// SPDX-License-Identifier: Apache-2.0
// From one actor to another and back, with the scheduler that hubs use.
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <benchmark/benchmark.h>

namespace {

using ball_atom = caf::atom_constant<caf::atom("ball")>;
using over_atom = caf::atom_constant<caf::atom("over")>;

caf::behavior returning(caf::event_based_actor*) {
    return {[](ball_atom, int left) { return caf::make_message(ball_atom::value, left); }};
}

/// Plays until nothing is left, then tells who asked.
caf::behavior serving(caf::event_based_actor* self, const caf::actor& partner,
                      const caf::actor& asker) {
    return {[=](ball_atom, int left) {
        if (left == 0)
            self->send(asker, over_atom::value);
        else
            self->send(partner, ball_atom::value, left - 1);
    }};
}

void actor_hop(benchmark::State& state) {
    constexpr int exchanges = 1000;
    caf::actor_system_config config;
    config.set("scheduler.policy", caf::atom("sharing"));
    caf::actor_system system(config);
    caf::scoped_actor asker(system);
    const auto partner = system.spawn(returning);
    const auto server = system.spawn(serving, partner, caf::actor(asker));
    for (auto _ : state) {
        asker->send(server, ball_atom::value, exchanges);
        asker->receive([](over_atom) {});
    }
    state.SetItemsProcessed(state.iterations() * 2 * exchanges);
    for (const auto& each : {partner, server})
        caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
}
BENCHMARK(actor_hop)->UseRealTime();

} // namespace
