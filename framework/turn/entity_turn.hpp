// SPDX-License-Identifier: Apache-2.0
// Applies a batch of operations to one entity. An operation that throws leaves no trace but its
// failure: its state changes, events, signals and starts are undone, alone. So does one that leaves
// a state which can't be stored. Pure, like everything in this room.
#pragma once

#include "base/random.hpp"
#include "history/entity_events.hpp"
#include "history/event.hpp"
#include "turn/decision.hpp"
#include "turn/outgoing_message.hpp"

#include <perdure/detail/definitions.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace perdure::turn {

struct entity_decision {
    std::optional<payload> state; ///< Set if it changed; null: the entity is deleted.
    std::vector<history::recorded_event> events; ///< After that, if it is event-sourced.
    std::optional<history::snapshot> snapshot;
    std::vector<outgoing_message> messages;
    std::vector<new_blob> blobs;
    std::vector<std::string> log; ///< Failures that no caller hears of.
};

class entity_turn final : detail::entity_host {
  public:
    /// `stored` is the committed state, if there is one. Throws error (conversion) if it does not
    /// fit the type any more. `functions`, if given, says what may be started.
    entity_turn(entity_id id, const detail::entity_definition& code, std::optional<payload> stored,
                blob_source& blobs, std::size_t inline_payload_max,
                const registry* functions = nullptr);

    bool is_sourced() const noexcept { return events_ != nullptr; }
    /// For an event-sourced one, before anything else: `stored` is the state after so many events,
    /// and these followed. Throws error if they do not fit the code any more.
    void resume_after(std::uint64_t snapshot);
    void replay(const history::event_batch& batch);

    /// Applies operations in order. `seed` is drawn once per batch.
    entity_decision run(timestamp now, std::uint64_t seed,
                        std::span<const history::message> operations);

    /// The state as it would be stored. Throws what encoding it throws.
    payload state() const { return object_->save(); }

    /// For transactions: what they work on; and afterwards, with its state(), what changed, as in
    /// entity_decision. One that leaves a default state where there was none makes no entity.
    detail::entity_object& object() noexcept { return *object_; }
    std::optional<payload> accept(payload state, std::vector<new_blob>& blobs);
    /// Or goes back to the committed state.
    void undo();

  private:
    const entity_id& id() const noexcept override { return id_; }
    timestamp now() const noexcept override { return now_; }
    std::uint64_t random() noexcept override { return random_.draw(); }
    void signal(entity_id target, std::string_view operation, payload input,
                timestamp due) override;
    std::string start(std::string_view function, std::string_view instance, payload input) override;
    void delete_state() noexcept override { must_delete_ = true; }

    void restore(const std::optional<payload>& state);
    void apply_all(std::uint64_t seed, std::span<const history::message> operations);
    std::optional<payload> change_to(std::optional<payload> state, std::vector<new_blob>& blobs);
    void called(const history::message& request, const history::operation_called& call);
    void signaled(const history::operation_signaled& signal);
    payload apply(std::string_view operation, payload input);
    void settle(std::string_view operation);
    void require_storable();

    // entity_sourced.cpp
    void keep_events();
    void forget_events();
    void take_snapshot();

    entity_id id_;
    const detail::entity_definition* code_;
    std::unique_ptr<detail::entity_object> object_;
    std::optional<payload> committed_; ///< None: there is no entity.
    blob_source* blobs_;
    std::size_t inline_payload_max_;
    const registry* functions_;

    bool exists_ = false; ///< After the operations so far.
    bool has_changed_ = false; ///< An operation of this batch may have changed the state.
    bool must_delete_ = false; ///< The operation that runs wants it.
    bool is_careful_ = false; ///< Every state is encoded at once, into
    std::optional<payload> storable_; ///< the state after the operations so far.

    detail::event_log* events_ = nullptr; ///< Of an event-sourced one.
    std::uint64_t event_count_ = 0;
    std::uint64_t committed_count_ = 0; ///< Before this batch.
    std::uint64_t snapshot_due_ = 0; ///< At that count.

    timestamp now_{};
    base::random_stream random_{0};
    entity_decision deciding_;
};

} // namespace perdure::turn
