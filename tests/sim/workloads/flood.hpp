// SPDX-License-Identifier: Apache-2.0
// Numbers that a client sends to one instance as events, and what it has learned of them.
#pragma once

#include "sim/workload.hpp"

#include <map>
#include <set>

namespace perdure::sim {

using numbers = std::vector<int>;
inline constexpr event<int> number{"number"};
inline constexpr int end_of_numbers = -1;

enum class sending : std::uint8_t {
    once,
    until_acknowledged, ///< Under a key, so that it has an effect once.
};

/// Sends 1, 2 and so on to the last, and when nothing is unanswered any more, the end.
///
/// Lifetime: stays where it is while something is unanswered.
class flood {
  public:
    flood(std::string to, int numbers_to, sending mode)
        : instance(std::move(to)), last(numbers_to), how(mode) {}

    /// Sends something if there is anything left to send. An answer that may not be is a violation.
    void act(session& on);
    bool is_through() const { return has_ended_ && pending_ == 0; }

    const std::string instance;
    const int last;
    const sending how;
    int sent = 0;
    numbers acknowledged; ///< In the order in which that was learned.
    std::map<int, std::size_t> known_before; ///< How many of those, when a number was first sent.

  private:
    void send(session& on, int value);
    void learn(int value, answer came);

    std::set<int> lost_; ///< To be sent again.
    int pending_ = 0;
    bool has_ended_ = false;
};

} // namespace perdure::sim
