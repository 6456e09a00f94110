// SPDX-License-Identifier: Apache-2.0
// One crash: a story is played until the power goes at a chosen file operation, the disk keeps what
// the outcome says, and a new life must have everything that was acknowledged and lead to the same
// end as the undisturbed story.
#pragma once

#include "sim/script.hpp"

namespace perdure::sim {

/// How a story ends when nothing happens to it.
struct undisturbed {
    std::uint64_t operations = 0; ///< Changes of the disk, the orderly end included.
    std::string state;
    notebook notes;
};
undisturbed play_undisturbed(const script& played, std::uint64_t seed);

/// Each life has its own order of actors and its own generated ids.
std::uint64_t seed_of_life(std::uint64_t seed, std::uint64_t life);

/// Plays what the notes do not have yet, and lets everything come to an end.
void play_to_the_end(testing::computer& machine, const script& played, notebook& notes);

/// What a crash leaves: the disk before it is decided what it keeps, and the client.
struct wreck {
    testing::sim_disk disk;
    notebook notes;
    timestamp when;
};

/// Plays from the beginning, with the power gone at the `k`-th change of the disk.
std::unique_ptr<wreck> crash_at(const script& played, std::uint64_t seed, std::uint64_t k);

/// A machine that finds what `left` left, with the power back.
std::unique_ptr<testing::computer> restored(const script& played, const wreck& left,
                                            testing::outcome how, std::uint64_t seed);

/// The power comes back. Throws violation if anything is lost or the end is another one.
void recover(const script& played, const wreck& left, testing::outcome how, std::uint64_t seed,
             const undisturbed& expected);

/// The power comes back and goes again at the `k`-th change of the disk since, before the client
/// does anything. Null if the recovery needs fewer changes.
std::unique_ptr<wreck> crash_again(const script& played, const wreck& left, testing::outcome how,
                                   std::uint64_t seed, std::uint64_t k);

/// A call of the file system that fails, counted among those that the fault can hit, from 1.
struct failing_call {
    testing::fault kind = testing::fault::io_error;
    bool is_sticky = false; ///< All later ones fail as well.
    std::uint64_t nth = 1;
};

/// How many calls an undisturbed story makes that such a fault can hit.
std::uint64_t count_calls(const script& played, std::uint64_t seed, testing::fault kind);

/// Plays while that call fails. Clients may be refused with a clear error; then the program is
/// started again on a disk that works. Throws violation like recover().
void play_through_fault(const script& played, std::uint64_t seed, const failing_call& failing,
                        const undisturbed& expected);

} // namespace perdure::sim
