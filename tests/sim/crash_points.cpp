// SPDX-License-Identifier: Apache-2.0
#include "sim/crash_points.hpp"

#include "sim/final_state.hpp"

#include <limits>

namespace perdure::sim {
namespace {

/// Runs `life`. True if the power went meanwhile; any error but that one is a violation.
template <class Life>
bool loses_power(testing::computer& machine, Life life) {
    try {
        life();
    } catch (const error& problem) {
        if (machine.files.disk().has_power())
            throw violation(std::string("unexpected error: ") + problem.what());
    }
    return !machine.files.disk().has_power();
}

/// Runs `life` on a disk with a fault. False if it was refused; what is no clear refusal is a
/// violation.
template <class Life>
bool goes_on_or_refuses(Life life) {
    try {
        life();
        return true;
    } catch (const error& refused) {
        const bool is_clear = refused.code() == errc::storage || refused.code() == errc::poisoned ||
                              refused.code() == errc::held;
        if (!is_clear)
            throw violation(std::string("refused with ") + to_string(refused.code()) + ": " +
                            refused.what());
        return false;
    }
}

std::unique_ptr<wreck> wreck_of(testing::computer& machine, notebook notes) {
    machine.kill();
    auto left = std::make_unique<wreck>();
    left->disk.copy_from(machine.files.disk());
    left->notes = std::move(notes);
    left->when = machine.clock.wall();
    return left;
}

} // namespace

std::uint64_t seed_of_life(std::uint64_t seed, std::uint64_t life) {
    return base::mix(seed + life);
}

void play_to_the_end(testing::computer& machine, const script& played, notebook& notes) {
    {
        player client(machine, notes);
        played.play(client);
        client.run();
    }
    machine.run_until_idle();
}

std::unique_ptr<testing::computer> restored(const script& played, const wreck& left,
                                            testing::outcome how, std::uint64_t seed) {
    auto machine = make_machine(played, seed);
    machine->clock.advance(left.when - machine->clock.wall());
    machine->files.disk().copy_from(left.disk);
    machine->files.disk().power_cycle(how, seed);
    return machine;
}

undisturbed play_undisturbed(const script& played, std::uint64_t seed) {
    const auto machine = make_machine(played, seed_of_life(seed, 0));
    undisturbed seen;
    machine->boot();
    play_to_the_end(*machine, played, seen.notes);
    seen.state = final_state(*machine);
    machine->shut_down();
    seen.operations = machine->files.disk().operation_count();
    return seen;
}

std::unique_ptr<wreck> crash_at(const script& played, std::uint64_t seed, std::uint64_t k) {
    const auto machine = make_machine(played, seed_of_life(seed, 0));
    notebook notes;
    machine->files.disk().cut_power_at(k);
    loses_power(*machine, [&] {
        machine->boot();
        play_to_the_end(*machine, played, notes);
        machine->shut_down();
    });
    return wreck_of(*machine, std::move(notes));
}

void recover(const script& played, const wreck& left, testing::outcome how, std::uint64_t seed,
             const undisturbed& expected) {
    const auto machine = restored(played, left, how, seed_of_life(seed, 1));
    notebook notes = left.notes;
    loses_power(*machine, [&] {
        machine->boot();
        notes.require_all(machine->client());
        machine->run_until_idle();
        notes.require_all(machine->client());
        play_to_the_end(*machine, played, notes);
        notes.require_all(machine->client());
    });
    const std::string found = final_state(*machine);
    if (found != expected.state)
        throw violation("another end: " + first_difference(expected.state, found));
}

std::unique_ptr<wreck> crash_again(const script& played, const wreck& left, testing::outcome how,
                                   std::uint64_t seed, std::uint64_t k) {
    const auto machine = restored(played, left, how, seed_of_life(seed, 1));
    machine->files.disk().cut_power_at(k);
    const bool is_cut = loses_power(*machine, [&] {
        machine->boot();
        machine->run_until_idle();
    });
    return is_cut ? wreck_of(*machine, left.notes) : nullptr;
}

std::uint64_t count_calls(const script& played, std::uint64_t seed, testing::fault kind) {
    const auto machine = make_machine(played, seed_of_life(seed, 0));
    notebook notes;
    machine->files.disk().fail(kind, std::numeric_limits<std::uint64_t>::max(), false);
    machine->boot();
    play_to_the_end(*machine, played, notes);
    machine->shut_down();
    return machine->files.disk().fault_calls();
}

void play_through_fault(const script& played, std::uint64_t seed, const failing_call& failing,
                        const undisturbed& expected) {
    const auto machine = make_machine(played, seed_of_life(seed, 0));
    notebook notes;
    machine->files.disk().fail(failing.kind, failing.nth, failing.is_sticky);
    const bool is_through = goes_on_or_refuses([&] {
        machine->boot();
        play_to_the_end(*machine, played, notes);
    });
    if (!is_through && machine->is_on())
        // It may have been one refusal only; if not, every further one is as clear.
        goes_on_or_refuses([&] { play_to_the_end(*machine, played, notes); });
    const std::uint64_t draw = seed_of_life(seed, failing.nth);
    if (draw % 2 == 0 && machine->is_on())
        machine->shut_down();
    const auto left = wreck_of(*machine, std::move(notes));
    const auto how = draw % 4 < 2 ? testing::outcome::drop_unsynced : testing::outcome::keep_all;
    recover(played, *left, how, draw, expected);
}

} // namespace perdure::sim
