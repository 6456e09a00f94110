// SPDX-License-Identifier: Apache-2.0
// A machine for tests: a task hub on one thread, in virtual time, on a disk in memory. A crash or a
// month costs microseconds, and equal seeds give equal runs. Link perdure::testing.
#pragma once

#include <perdure/client.hpp>
#include <perdure/options.hpp>
#include <perdure/registry.hpp>
#include <perdure/task_hub.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace perdure::testing {

/// What the machine's disk holds.
enum class storage : std::uint8_t {
    tables, ///< Sorted tables: fastest.
    files, ///< RocksDB as in production, on files that forget what was not synced.
};

struct machine_options {
    /// Draws the order in which actors run, new instance ids, and what a power cut takes.
    std::uint64_t seed = 0;
    storage disk = storage::tables;
    /// As for a real hub. `actors` is ignored; a directory is not needed.
    hub_options hub = {};
    /// Wall time at which the machine is switched on.
    timestamp begin = timestamp(std::chrono::hours(24 * 365 * 55));
};

class computer;

/// A machine that runs one program: the functions it is made with. It is switched on when made.
///
/// Nothing happens by itself. Calls of the client run the machine until they are answered;
/// client::wait() also lets time pass, to the end of its timeout if need be. Everything else runs
/// in run_until_idle() and advance(). A future of the client's ..._async calls must be ready before
/// get() is called: run the machine first.
///
/// Threads: one. Activities run on it too, so they must not wait for each other.
class machine {
  public:
    explicit machine(registry functions, machine_options options = {});
    ~machine();
    machine(const machine&) = delete;
    machine& operator=(const machine&) = delete;

    /// Of the hub that is open now; a restart makes a new one. Throws error (closed) if the machine
    /// is off, because the last restart failed.
    perdure::client& client();
    hub_metrics metrics() const;
    /// What the wall clock shows.
    timestamp now() const;

    /// Runs everything that can run now. Throws error (timeout) if that does not end within ten
    /// million steps.
    void run_until_idle();
    /// Runs at most `steps` steps of actors, and says how many there were.
    std::size_t run_steps(std::size_t steps);
    /// Lets time pass: whatever is due meanwhile happens at its time, in order.
    void advance(std::chrono::milliseconds by);

    /// Somebody sets the wall clock, and no time passes. Set forward: the hub follows within a
    /// second of advance(), and what is due fires, once and in due order. Set back: orchestrations
    /// never see time go back; their time goes at half speed until the wall clock has caught up, so
    /// that a sleep takes at most twice as long. Both also hold if the clock is set before a
    /// restart.
    void set_wall_clock(timestamp to);

    /// The program closes its hub, is off for a while, and starts again.
    void restart(std::chrono::milliseconds off_for = {});
    /// The process dies between two steps: nothing is closed, what was written stays.
    void crash(std::chrono::milliseconds off_for = {});
    /// The machine loses power: like a crash, and what was not synced may be lost. With
    /// durability::power nothing is acknowledged before it is synced.
    void power_cut(std::chrono::milliseconds off_for = {});
    /// From the next start on the program is another: a new version of its functions.
    void install(registry functions);

  private:
    std::unique_ptr<computer> parts_;
};

} // namespace perdure::testing
