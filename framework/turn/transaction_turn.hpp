// SPDX-License-Identifier: Apache-2.0
// Runs a transaction over the states of several entities: all of it or nothing. Pure.
#pragma once

#include "history/event.hpp"
#include "turn/decision.hpp"
#include "turn/entity_turn.hpp"

#include <perdure/detail/transaction_definition.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace perdure::turn {

struct transaction_decision {
    history::event outcome; ///< transaction_completed or transaction_rejected.
    std::vector<std::optional<payload>> states; ///< Along the route; set where it changed.
    std::vector<new_blob> blobs;
};

/// `entities` lie along route_of(asked). A failed transaction leaves them as they were.
transaction_decision run_transaction(const detail::transaction_definition& code,
                                     const history::transaction_requested& asked,
                                     std::span<entity_turn* const> entities,
                                     std::size_t inline_payload_max);

} // namespace perdure::turn
