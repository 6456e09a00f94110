// SPDX-License-Identifier: Apache-2.0
// What an instance and the run of one of its activities tell each other without waiting: stop, and
// how far it has come. In memory only: what must last is committed by the instance.
#pragma once

#include "base/clock.hpp"
#include "turn/decision.hpp"

#include <perdure/payload.hpp>

#include <atomic>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace perdure::actors {

/// A heartbeat that is to be kept.
struct life_sign {
    payload progress;
    std::vector<turn::new_blob> blobs; ///< New ones that it refers to.
};

/// Threads: all members from any thread.
class run_control {
  public:
    std::stop_token stop_token() const noexcept { return stop_.get_token(); }
    /// Asks the activity to stop, because the hub closes.
    void request_stop() { stop_.request_stop(); }
    /// Asks the activity to stop for good; what it gives will be dropped.
    void cancel() {
        is_canceled_ = true;
        stop_.request_stop();
    }
    bool is_canceled() const noexcept { return is_canceled_; }

    /// It has given its outcome, and needs no watching any more.
    void finish() noexcept { is_finished_ = true; }
    bool needs_watching() const noexcept { return !is_finished_ && !is_canceled_; }

    /// The activity is alive. Gives true if the instance is to be told: no earlier heartbeat is on
    /// its way to the disk.
    bool beat(base::mono_time now, life_sign sent);
    /// It has just begun.
    void touch(base::mono_time now) noexcept { last_sign_ = now; }
    base::mono_time last_sign() const noexcept { return last_sign_; }
    /// For the instance: the latest heartbeat, once.
    std::optional<life_sign> take();
    /// What was taken has been committed. Gives true if there is a newer one.
    bool settle();

  private:
    std::stop_source stop_;
    std::atomic<bool> is_canceled_{false};
    std::atomic<bool> is_finished_{false};
    std::atomic<base::mono_time> last_sign_{};
    std::mutex mutex_;
    std::optional<life_sign> latest_;
    bool is_under_way_ = false;
};

} // namespace perdure::actors
