// SPDX-License-Identifier: Apache-2.0
#include "turn/transaction_turn.hpp"

#include <algorithm>

namespace perdure::turn {

using namespace history;

transaction_decision run_transaction(const detail::transaction_definition& code,
                                     const transaction_requested& asked,
                                     std::span<entity_turn* const> entities,
                                     std::size_t inline_payload_max) {
    const std::vector<std::string> route = route_of(asked);
    std::vector<detail::entity_object*> objects; // as the function's parameters stand
    for (const std::string& each : asked.entities) {
        const auto at = std::lower_bound(route.begin(), route.end(), each) - route.begin();
        objects.push_back(&entities[static_cast<std::size_t>(at)]->object());
    }
    transaction_decision decided;
    decided.states.resize(entities.size());
    std::vector<payload> states; // all of them can be stored, or none is
    try {
        payload result = code(objects, asked.input);
        for (const entity_turn* each : entities)
            states.push_back(each->state());
        move_out_of_line(result, inline_payload_max, decided.blobs);
        decided.outcome = transaction_completed{asked.task_id, std::move(result)};
    } catch (...) {
        for (entity_turn* each : entities)
            each->undo();
        decided.outcome = transaction_rejected{asked.task_id, failure::current()};
        return decided;
    }
    for (std::size_t i = 0; i < entities.size(); ++i)
        decided.states[i] = entities[i]->accept(std::move(states[i]), decided.blobs);
    return decided;
}

} // namespace perdure::turn
