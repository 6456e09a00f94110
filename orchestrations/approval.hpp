// SPDX-License-Identifier: Apache-2.0
// Pattern "human interaction": an event that a person causes races a durable timer. Look at the
// loser: the timer is cancelled by hand, the wait for the event is withdrawn when it is dropped.
#pragma once

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <chrono>
#include <string>

namespace patterns {

/// The answer of the person who was asked.
inline constexpr perdure::event<bool> approval{"approval"};

inline constexpr std::chrono::hours approval_patience{72};

/// Asks a manager whether something may be done and gives `approved` or `rejected`; if there is no
/// answer for three days, informs the director and gives `escalated`.
inline constexpr perdure::orchestration<std::string(std::string)> ask_approval{"ask_approval"};

void register_approval(perdure::registry& functions);

} // namespace patterns
