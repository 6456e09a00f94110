// SPDX-License-Identifier: Apache-2.0
// Applies a batch of operations to one entity. An operation that throws leaves no trace but its
// failure: its state changes and signals are undone, alone. Pure, like everything in this room.
#pragma once

#include "base/random.hpp"
#include "history/event.hpp"
#include "turn/decision.hpp"
#include "turn/outgoing_message.hpp"

#include <perdure/detail/definitions.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace perdure::turn {

struct entity_decision {
    std::optional<payload> state; ///< Set if it changed.
    std::vector<outgoing_message> messages;
    std::vector<new_blob> blobs;
    std::vector<std::string> log; ///< Failures that no caller hears of.
};

class entity_turn final : detail::entity_host {
  public:
    /// `stored` is the committed state, if there is one. Throws error (conversion) if it does not
    /// fit the type any more.
    entity_turn(entity_id id, const detail::entity_definition& code, std::optional<payload> stored,
                blob_source& blobs, std::size_t inline_payload_max);

    /// Applies operations in order. `seed` is drawn once per batch.
    entity_decision run(timestamp now, std::uint64_t seed,
                        std::span<const history::message> operations);

    /// For transactions: what they work on, and afterwards the state if it changed.
    detail::entity_object& object() noexcept { return *object_; }
    std::optional<payload> changed_state(std::vector<new_blob>& blobs);

  private:
    const entity_id& id() const noexcept override { return id_; }
    timestamp now() const noexcept override { return now_; }
    std::uint64_t random() noexcept override { return random_.draw(); }
    void signal(entity_id target, std::string_view operation, payload input) override;

    void called(const history::message& request, const history::operation_called& call);
    void signaled(const history::operation_signaled& signal);
    payload apply(std::string_view operation, payload input);

    entity_id id_;
    std::unique_ptr<detail::entity_object> object_;
    std::optional<payload> committed_;
    blob_source* blobs_;
    std::size_t inline_payload_max_;
    timestamp now_{};
    base::random_stream random_{0};
    entity_decision deciding_;
};

} // namespace perdure::turn
