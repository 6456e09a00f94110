// SPDX-License-Identifier: Apache-2.0
// Runs activities: stateless worker actors that take work from one queue. A worker is an actor of
// its own thread, because user code may block; under a test's scheduler it is an ordinary one.
#pragma once

#include "actors/run_control.hpp"
#include "base/probe.hpp"
#include "turn/decision.hpp"

#include <perdure/registry.hpp>

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace perdure::actors {

/// One activity to run, for one instance. Its schedule is durable, or will be (see
/// speculation.hpp).
struct work {
    std::string instance;
    std::string execution;
    std::uint32_t task_id = 0;
    std::string name;
    payload input;
    std::uint32_t attempt = 1;
    std::uint32_t call = 0; ///< Task id of the call's first attempt.
    std::chrono::milliseconds silence_max{0}; ///< Between heartbeats; 0: any.
    std::optional<payload> last_heartbeat = {}; ///< Of an earlier attempt.
    std::vector<turn::new_blob> at_hand = {}; ///< Of the input: they may not be on disk yet.
    std::shared_ptr<run_control> control = std::make_shared<run_control>();
};

/// What came of it. No outcome: it was interrupted and is to run again after a restart.
struct work_outcome {
    std::optional<history::event> body;
    std::vector<turn::new_blob> blobs;
    /// Why there is no outcome: what the activity is given, or asked for, can't be read.
    std::optional<std::string> obstacle;
};

/// Runs one activity on this thread. Whatever it throws becomes its failure, unless the store could
/// not be read: that would be recorded for good, and may be repaired.
/// `beat` is given its heartbeats.
work_outcome run_activity(const work& item, const registry& functions, turn::blob_source& blobs,
                          std::size_t inline_payload_max,
                          const std::function<void(life_sign)>& beat = {});

/// Threads: run() and stop() from any thread.
class activity_pool {
  public:
    using runner = std::function<void(const work&)>;

    /// `expects_more`, if given, says whether work is likely to come in a moment. A worker that has
    /// none lets other threads run once, then, before it sleeps: waking it costs more than a short
    /// activity.
    activity_pool(caf::actor_system& system, bool is_detached, std::size_t workers, runner run,
                  base::probe* disturbed_by = nullptr, std::function<bool()> expects_more = {});

    /// Queues work; the first idle worker takes it.
    void run(std::vector<work> items);
    /// Asks running activities to stop, forgets queued work. Workers end when they are through.
    void request_stop();
    bool is_idle() const;
    const std::vector<caf::actor>& workers() const noexcept { return workers_; }

    /// For a worker: its next work, but none that was given up; without any it is marked idle.
    std::optional<work> take(std::size_t worker);
    void perform(const work& item);

  private:
    std::optional<work> next_work();

    runner run_;
    base::probe* disturbed_by_;
    std::function<bool()> expects_more_;
    std::stop_source stop_;
    mutable std::mutex mutex_;
    std::deque<work> queue_;
    bool is_stopping_ = false;
    std::vector<std::size_t> idle_;
    std::vector<caf::actor> workers_;
};

} // namespace perdure::actors
