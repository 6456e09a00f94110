// SPDX-License-Identifier: Apache-2.0
// A transaction on its way along its entities, in the one order in which everybody goes: each hands
// over its state and rests; the last one runs the function, commits everything at once, and lets
// all have their states back.
//
// All of it is in memory. The request stays in the inbox of the first entity until the commit that
// holds its effects: a crash before that leaves nothing, and the transaction is run again.
#pragma once

#include "history/event.hpp"
#include "store/rows.hpp"
#include "turn/entity_turn.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace perdure::actors {

struct transaction_trip {
    /// What an entity hands over.
    struct stop {
        store::entity_row row;
        std::unique_ptr<turn::entity_turn> live;
    };

    history::message request;
    std::uint64_t order = 0; ///< Of the request, in the inbox of the first.
    std::vector<std::string> route;
    std::vector<stop> stops; ///< Of those visited so far. Later, each takes its own back.
    std::uint64_t commit = 0; ///< The one that holds the effects, if it ran.

    const history::transaction_requested& asked() const {
        return std::get<history::transaction_requested>(request.body);
    }
};

} // namespace perdure::actors
