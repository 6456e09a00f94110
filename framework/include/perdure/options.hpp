// SPDX-License-Identifier: Apache-2.0
// Every knob of a task hub: what it changes, its unit, its default and why one would turn it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace caf {
class actor_system;
}

namespace perdure {

/// What an acknowledged call survives.
enum class durability {
    power, ///< Power loss: every commit group is synced before anything leaves it. The default.
    process, ///< Death of the process only: commits reach the operating system, not the disk.
             ///< Faster.
    /// Power loss, as with power; but an activity may start before the step that scheduled it is on
    /// disk. Faster, for activities that only compute: after a crash one may have run that nothing
    /// on disk asked for, and it may run again with another input, if what led to it comes out
    /// otherwise. Results, ends and acknowledgements wait for the disk as ever.
    speculative,
};

struct hub_options {
    /// Letters and digits, starting with a letter, 3 to 45 characters. Default: the last component
    /// of the directory.
    std::string name;

    durability durable = durability::power;

    /// Threads that run activities, at least 1. More than cores if activities wait for I/O.
    /// 0: as many as the machine has cores, at least 2.
    std::size_t activity_threads = 0;

    /// Threads that run orchestrations and entities, if the hub makes its own actor system.
    /// 0: as many as the machine has cores, at least 2.
    std::size_t scheduler_threads = 0;

    /// Orchestrations and entities kept in memory. Above it the longest idle ones go dormant, as
    /// far as they have nothing outstanding.
    std::size_t live_max = 20'000;

    /// How long an idle one stays in memory.
    std::chrono::milliseconds idle_max = std::chrono::minutes(1);

    /// Larger payloads are kept out of line, as blobs. Bytes.
    std::size_t inline_payload_max = std::size_t{64} * 1024;

    /// Memory for recently used blobs. Bytes.
    std::size_t blob_cache = std::size_t{256} * 1024 * 1024;

    /// Events in a history above which the log and hub_metrics::long_histories say so; again at
    /// each doubling. Long ones cost time when their instance is rebuilt: continue as new.
    std::size_t history_warning = 10'000;

    /// Receives diagnostics and the lines of orchestration_context::log(). Called from any thread,
    /// one line at a time. Default: dropped.
    std::function<void(std::string_view)> log;

    /// Opens a hub although something is missing that had been acknowledged (errc::data_loss), or
    /// nobody can say whether anything is: it goes on with what is left, and the log says what that
    /// is. For one opening after there was no backup to restore; then it belongs off again.
    bool accept_loss = false;

    /// Runs the hub's actors in a CAF actor system of yours, which must outlive the hub. Calls of
    /// the client block, so don't make them from cooperatively scheduled actors of that system.
    /// Null: the hub makes one.
    caf::actor_system* actors = nullptr;
};

} // namespace perdure
