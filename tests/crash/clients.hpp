// SPDX-License-Identifier: Apache-2.0
// The load on a hub that is going to be killed: threads that ask for something, and write into the
// oracle what they ask for and what they were answered.
#pragma once

#include "crash/oracle.hpp"

#include <perdure/task_hub.hpp>

#include <functional>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace perdure::crash {

/// Writes down how an instance ended, and reports if somebody was told otherwise before.
void note_end(oracle& told, std::uint32_t request, const instance_status& seen);

class clients {
  public:
    /// `must_lie`: writes starts down as acknowledged when they are not, which the checks must
    /// notice.
    clients(task_hub& hub, oracle& told, std::uint64_t seed, bool must_lie);
    /// Ends the threads. Those that wait for an answer get it.
    ~clients() = default;
    clients(const clients&) = delete;
    clients& operator=(const clients&) = delete;

  private:
    using random = std::mt19937_64;
    using part = void (clients::*)(std::stop_token, random&);

    void begin(part role);
    void start_requests(std::stop_token stop, random& draw);
    void repeat_starts(std::stop_token stop, random& draw);
    void send_signals(std::stop_token stop, random& draw, std::uint32_t first_lane);
    void send_signals_a(std::stop_token stop, random& draw) { send_signals(stop, draw, 0); }
    void send_signals_b(std::stop_token stop, random& draw) { send_signals(stop, draw, 2); }
    void send_notes(std::stop_token stop, random& draw);
    void send_note(std::uint32_t request);
    void wait_for_ends(std::stop_token stop, random& draw);

    client* client_;
    oracle* told_;
    std::uint64_t seed_;
    bool must_lie_;
    std::uint16_t life_;
    std::vector<std::jthread> threads_;
};

} // namespace perdure::crash
