// SPDX-License-Identifier: Apache-2.0
// The one interface between a user's coroutine and the engine. The typed templates of the public
// headers are thin shells over it.
#pragma once

#include <perdure/call_options.hpp>
#include <perdure/detail/coroutine_function.hpp>
#include <perdure/ids.hpp>
#include <perdure/payload.hpp>
#include <perdure/start_options.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace perdure::detail {

/// Whoever waits for a slot; told once, when the slot is settled.
class waiter {
  public:
    virtual void notify() = 0;

  protected:
    ~waiter() = default;
};

class orchestration_host;

enum class slot_kind : std::uint8_t {
    activity,
    child,
    entity,
    timer,
    event,
    lock,
    transaction,
    scope
};
enum class slot_state : std::uint8_t { pending, completed, failed };

/// The place where the outcome of something scheduled arrives.
struct slot {
    orchestration_host* host = nullptr;
    slot_kind kind = slot_kind::activity;
    slot_state state = slot_state::pending;
    /// Of the attempt, or the pause, that is under way. Unused by events: they go by name.
    std::uint32_t task_id = 0;
    std::string subject; ///< For error messages, such as `activity 'charge'`.
    payload value;
    std::unique_ptr<const failure> error; ///< Null unless it has failed.
    waiter* waiting = nullptr;
    // Of events: what is given back if the holder drops it unread.
    std::string event;
    std::uint64_t arrival = 0;
    std::optional<std::uint32_t> scope; ///< Whose code waits; none: the orchestration's own.
    bool is_taken = false; ///< Somebody has read the outcome.
};

/// Thrown by continue_as_new() to leave the coroutine. Not a std::exception, so that it is not
/// caught by mistake.
struct leaving_for_new {};

using slot_ptr = std::shared_ptr<slot>;

/// What a running orchestration can ask of the engine. Everything here is deterministic: the same
/// history gives the same answers.
class orchestration_host {
  public:
    virtual ~orchestration_host() = default;

    virtual slot_ptr call_activity(std::string_view name, payload input,
                                   const call_options& options) = 0;
    /// An empty `instance` asks for the deterministic default id.
    virtual slot_ptr call_child(std::string_view name, std::string_view instance,
                                payload input) = 0;
    virtual slot_ptr call_entity(entity_id entity, std::string_view operation, payload input) = 0;
    /// Without a `due` time it is delivered at once.
    virtual void signal_entity(entity_id entity, std::string_view operation, payload input,
                               timestamp due) = 0;
    /// Asks for a critical section. In any order, an entity may be named twice.
    virtual slot_ptr request_lock(std::vector<entity_id> entities) = 0;
    /// Leaves the critical section, or withdraws the request for it.
    virtual void release_lock(slot& requested) noexcept = 0;
    virtual slot_ptr transact(std::string_view name, std::vector<entity_id> entities,
                              payload input) = 0;
    /// An empty `instance` asks for the deterministic default id. Gives the id.
    virtual std::string start_instance(std::string_view name, detached_options options,
                                       payload input) = 0;
    virtual void continue_as_new(std::string_view name, payload input) = 0;
    /// Throws error (invalid_argument) without a name.
    virtual slot_ptr enter_scope(std::string_view name, orchestration_definition body,
                                 payload input) = 0;
    virtual slot_ptr start_timer(timestamp due) = 0;
    virtual slot_ptr wait_event(std::string_view name) = 0;
    /// Tries a call that was just made again, and gives up its attempts, as `options` say.
    virtual slot_ptr attend(slot_ptr called, const call_options& options) = 0;
    /// The holder of a slot that it has not read lost interest: an activity, child, timer or
    /// scope is cancelled, an event wait withdrawn, an event that arrived given back, the outcome
    /// of anything else will be ignored.
    virtual void abandon(slot& lost) noexcept = 0;

    virtual const std::string& instance() const noexcept = 0;
    virtual const std::string& parent() const noexcept = 0;
    virtual timestamp now() const noexcept = 0;
    virtual std::uint64_t random() noexcept = 0;
    virtual bool is_replaying() const noexcept = 0;
    virtual void set_status(payload status) = 0;
    virtual void log(std::string_view line) = 0;
};

} // namespace perdure::detail
