// SPDX-License-Identifier: Apache-2.0
// Finds the actor of an instance or entity, or makes it; lets actors go dormant without losing
// mail.
//
// Invariant: mail from one sender to one target arrives in the order sent. An actor leaves only
// when it has handled everything that was ever sent to it.
#pragma once

#include "actors/mail.hpp"
#include "base/engine_clock.hpp"
#include "base/probe.hpp"

#include <caf/actor.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace perdure::actors {

/// Threads: all members from any thread.
class router {
  public:
    using spawn_function = std::function<caf::actor(const std::string& target)>;

    router(spawn_function spawn, base::engine_clock& clock, std::size_t live_max,
           std::chrono::milliseconds idle_max, base::probe* disturbed_by = nullptr);

    /// `target` is an instance id or an entity id in its text form.
    void send(const std::string& target, mail letter);
    /// Sends the messages of a commit whose first has that order. Those with a due time wait in the
    /// store.
    void send_messages(std::vector<turn::outgoing_message> sent, std::uint64_t first_order);
    /// Sends all in order. They arrive before anything that one of them causes.
    void send_all(std::vector<std::pair<std::string, mail>> letters);

    /// For an actor that wants to leave: forgets it if it has handled all `received` mails ever
    /// sent to it, and says so. Then it must end; the next mail makes a new actor.
    bool try_leave(const std::string& target, std::uint64_t received);

    /// For an actor: it has handled that many mails.
    void handled(std::size_t count);

    /// Asks the idle, and the longest idle of too many, to go dormant.
    void sweep();

    std::size_t live() const noexcept { return live_.load(std::memory_order_relaxed); }
    /// Mails that were sent and are not handled yet.
    std::int64_t unhandled() const noexcept { return unhandled_.load(std::memory_order_relaxed); }
    bool is_quiet() const noexcept { return unhandled_.load(std::memory_order_acquire) == 0; }
    /// From now on accepts nothing but the outcomes of activities, and wakes; all else is in the
    /// store.
    void close() noexcept { is_closing_ = true; }
    /// Ends all actors.
    void stop();

  private:
    struct resident {
        caf::actor actor;
        std::uint64_t sent = 0;
        base::mono_time last_sent{};
    };
    struct shard {
        std::mutex mutex;
        std::unordered_map<std::string, resident> residents;
    };

    shard& shard_of(std::string_view target);
    void place(shard& home, const std::string& target, mail letter);
    void deliver(resident& to, mail letter);
    void send_rest_before(base::mono_time limit);

    spawn_function spawn_;
    base::engine_clock* clock_;
    std::size_t live_max_;
    std::chrono::milliseconds idle_max_;
    base::probe* disturbed_by_;
    std::array<shard, 16> shards_;
    std::atomic<std::size_t> live_{0};
    std::atomic<std::int64_t> unhandled_{0};
    std::atomic<bool> is_closing_{false};
};

} // namespace perdure::actors
