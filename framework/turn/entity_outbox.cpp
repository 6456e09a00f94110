// SPDX-License-Identifier: Apache-2.0
// What an operation asks for besides its state. It becomes part of the batch's decision and goes
// again if the operation throws.
#include "turn/entity_turn.hpp"

namespace perdure::turn {

using namespace history;

void entity_turn::signal(entity_id target, std::string_view operation, payload input,
                         timestamp due) {
    move_out_of_line(input, inline_payload_max_, deciding_.blobs);
    std::string text = target.text();
    deciding_.messages.push_back(
        {std::move(text),
         message{id_.text(),
                 {},
                 {},
                 operation_signaled{0, std::move(target), std::string(operation), std::move(input),
                                    due}},
         due});
}

std::string entity_turn::start(std::string_view function, std::string_view instance,
                               payload input) {
    if (functions_ != nullptr && functions_->find_orchestration(function) == nullptr)
        throw error(errc::not_registered, "orchestration '" + std::string(function) +
                                              "' is not registered in this process; add it to the "
                                              "registry and reopen the hub");
    std::string id(instance);
    if (id.empty()) {
        const std::uint64_t high = random_.draw();
        id = base::time_ordered_uuid(now_, high, random_.draw());
    }
    move_out_of_line(input, inline_payload_max_, deciding_.blobs);
    deciding_.messages.push_back(
        {id, message{id_.text(),
                     {},
                     {},
                     execution_started{std::string(function), {}, std::move(input), {}}}});
    return id;
}

} // namespace perdure::turn
