// SPDX-License-Identifier: Apache-2.0
#include "turn/entity_turn.hpp"

namespace perdure::turn {

using namespace history;

entity_turn::entity_turn(entity_id id, const detail::entity_definition& code,
                         std::optional<payload> stored, blob_source& blobs,
                         std::size_t inline_payload_max)
    : id_(std::move(id)), object_(code()), committed_(std::move(stored)), blobs_(&blobs),
      inline_payload_max_(inline_payload_max) {
    if (committed_) {
        bring_inline(*committed_, *blobs_);
        object_->load(*committed_);
    }
}

entity_decision entity_turn::run(timestamp now, std::uint64_t seed,
                                 std::span<const message> operations) {
    now_ = now;
    random_ = base::random_stream(seed);
    for (const message& each : operations) {
        if (const auto* call = std::get_if<operation_called>(&each.body))
            called(each, *call);
        else if (const auto* one_way = std::get_if<operation_signaled>(&each.body))
            signaled(*one_way);
    }
    deciding_.state = changed_state(deciding_.blobs);
    return std::exchange(deciding_, {});
}

std::optional<payload> entity_turn::changed_state(std::vector<new_blob>& blobs) {
    payload state = object_->save();
    if (committed_ && committed_->data == state.data && committed_->blobs == state.blobs)
        return std::nullopt;
    move_out_of_line(state, inline_payload_max_, blobs);
    committed_ = state;
    return state;
}

payload entity_turn::apply(std::string_view operation, payload input) {
    if (!object_->has_operation(operation))
        throw error(errc::not_registered,
                    "entity " + id_.text() + " has no operation '" + std::string(operation) + "'");
    bring_inline(input, *blobs_);
    entity_context context(*this);
    const std::size_t messages_before = deciding_.messages.size();
    try {
        return object_->apply(operation, context, input);
    } catch (...) {
        deciding_.messages.resize(messages_before);
        throw;
    }
}

void entity_turn::called(const message& request, const operation_called& call) {
    message reply{id_.text(), {}, request.sender_execution, operation_completed{call.task_id, {}}};
    try {
        payload result = apply(call.operation, call.input);
        move_out_of_line(result, inline_payload_max_, deciding_.blobs);
        std::get<operation_completed>(reply.body).result = std::move(result);
    } catch (...) {
        reply.body = operation_rejected{call.task_id, failure::current()};
    }
    deciding_.messages.push_back({request.sender, std::move(reply)});
}

void entity_turn::signaled(const operation_signaled& signal) {
    try {
        apply(signal.operation, signal.input);
    } catch (...) {
        deciding_.log.push_back("signal '" + signal.operation + "' to entity " + id_.text() +
                                " failed: " + failure::current().message);
    }
}

void entity_turn::signal(entity_id target, std::string_view operation, payload input) {
    move_out_of_line(input, inline_payload_max_, deciding_.blobs);
    std::string text = target.text();
    deciding_.messages.push_back(
        {std::move(text), message{id_.text(),
                                  {},
                                  {},
                                  operation_signaled{0, std::move(target), std::string(operation),
                                                     std::move(input)}}});
}

} // namespace perdure::turn
