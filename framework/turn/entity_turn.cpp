// SPDX-License-Identifier: Apache-2.0
// Operations and the state between them. What they send and start is in entity_outbox.cpp, events
// are in entity_sourced.cpp.
#include "turn/entity_turn.hpp"

namespace perdure::turn {

using namespace history;

entity_turn::entity_turn(entity_id id, const detail::entity_definition& code,
                         std::optional<payload> stored, blob_source& blobs,
                         std::size_t inline_payload_max, const registry* functions)
    : id_(std::move(id)), code_(&code), committed_(std::move(stored)), blobs_(&blobs),
      inline_payload_max_(inline_payload_max), functions_(functions) {
    if (committed_)
        bring_inline(*committed_, *blobs_);
    restore(committed_);
    if (is_sourced())
        committed_.reset();
    resume_after(0);
}

void entity_turn::restore(const std::optional<payload>& state) {
    object_ = (*code_)();
    events_ = object_->log();
    if (state)
        object_->load(*state);
    exists_ = state.has_value();
}

/// The state is encoded once a batch. If it can't be, the batch is run again from its beginning,
/// and every state is encoded, so that whichever operation leaves one that can't be fails alone.
entity_decision entity_turn::run(timestamp now, std::uint64_t seed,
                                 std::span<const message> operations) {
    now_ = now;
    try {
        apply_all(seed, operations);
    } catch (...) {
        if (is_sourced())
            throw; // a lack of memory: it stores no states
        deciding_ = {};
        restore(committed_);
        storable_ = committed_;
        is_careful_ = true;
        apply_all(seed, operations);
        is_careful_ = false;
    }
    return std::exchange(deciding_, {});
}

void entity_turn::apply_all(std::uint64_t seed, std::span<const message> operations) {
    random_ = base::random_stream(seed);
    has_changed_ = false;
    for (const message& each : operations) {
        if (const auto* call = std::get_if<operation_called>(&each.body))
            called(each, *call);
        else if (const auto* one_way = std::get_if<operation_signaled>(&each.body))
            signaled(*one_way);
    }
    if (is_sourced())
        return take_snapshot();
    if (!has_changed_)
        return;
    std::optional<payload> state;
    if (exists_)
        state = is_careful_ ? storable_ : object_->save();
    deciding_.state = change_to(std::move(state), deciding_.blobs);
}

std::optional<payload> entity_turn::change_to(std::optional<payload> state,
                                              std::vector<new_blob>& blobs) {
    if (state == payload{}) {
        state.reset();
        restore(state);
    }
    const bool is_same = state && committed_
                             ? committed_->data == state->data && committed_->blobs == state->blobs
                             : state.has_value() == committed_.has_value();
    if (is_same)
        return std::nullopt;
    if (state)
        move_out_of_line(*state, inline_payload_max_, blobs);
    committed_ = state;
    return state.value_or(payload{});
}

std::optional<payload> entity_turn::accept(payload state, std::vector<new_blob>& blobs) {
    if (!exists_ && state == (*code_)()->save())
        return std::nullopt;
    exists_ = true;
    return change_to(std::move(state), blobs);
}

void entity_turn::undo() {
    if (!is_sourced())
        restore(committed_);
}

payload entity_turn::apply(std::string_view operation, payload input) {
    if (!object_->has_operation(operation))
        throw error(errc::not_registered,
                    "entity " + id_.text() + " has no operation '" + std::string(operation) + "'");
    bring_inline(input, *blobs_);
    entity_context context(*this);
    const std::size_t messages_before = deciding_.messages.size();
    must_delete_ = false;
    try {
        payload result = object_->apply(operation, context, input);
        settle(operation);
        return result;
    } catch (...) {
        deciding_.messages.resize(messages_before);
        throw;
    }
}

/// An operation has ended well.
void entity_turn::settle(std::string_view operation) {
    if (is_sourced())
        return must_delete_ ? forget_events() : keep_events();
    if (must_delete_)
        restore(std::nullopt);
    else if (object_->is_query(operation))
        return;
    else
        exists_ = true;
    if (is_careful_)
        require_storable();
    has_changed_ = true;
}

/// If the state can't be stored, goes back to the last one that could.
void entity_turn::require_storable() {
    try {
        storable_ = exists_ ? std::optional(object_->save()) : std::nullopt;
    } catch (...) {
        restore(storable_);
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

} // namespace perdure::turn
