// SPDX-License-Identifier: Apache-2.0
// entity_context: what an operation of an entity can see and do besides its state.
#pragma once

#include <perdure/entity.hpp>
#include <perdure/functions.hpp>
#include <perdure/ids.hpp>
#include <perdure/payload.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace perdure {
namespace detail {

/// The engine's side of entity_context.
class entity_host {
  public:
    virtual ~entity_host() = default;
    virtual const entity_id& id() const noexcept = 0;
    virtual timestamp now() const noexcept = 0;
    virtual std::uint64_t random() noexcept = 0;
    /// Without a `due` time it is delivered at once.
    virtual void signal(entity_id target, std::string_view operation, payload input,
                        timestamp due) = 0;
    /// An empty `instance` asks for a fresh id. Gives the id.
    virtual std::string start(std::string_view function, std::string_view instance,
                              payload input) = 0;
    virtual void delete_state() noexcept = 0;
};

} // namespace detail

/// What an operation can see and do besides its state. All of it commits with the operation, and
/// nothing takes effect if the operation throws.
class entity_context {
  public:
    explicit entity_context(detail::entity_host& host) noexcept : host_(&host) {}

    const entity_id& id() const noexcept { return host_->id(); }
    /// The instant of the batch this operation is part of. Wall time that never goes back.
    timestamp now() const noexcept { return host_->now(); }
    std::uint64_t random() noexcept { return host_->random(); }

    /// Sends a one-way operation to another entity (or itself).
    template <class E, class... F, class Member, class... Args>
    void signal(const entity_ref<E, F...>& target, Member operation, Args&&... args) {
        signal_at({}, target, operation, std::forward<Args>(args)...);
    }

    /// The same when it is due on the hub's clock: never earlier, exactly once, also after
    /// restarts. Signals with earlier due times go first. A due time in the past means at once.
    template <class E, class... F, class Member, class... Args>
    void signal_at(timestamp due, const entity_ref<E, F...>& target, Member operation,
                   Args&&... args) {
        host_->signal(target.id(), target.declaration->operation_name(operation),
                      detail::encode_operation_for<Member>(std::forward<Args>(args)...), due);
    }
    template <class E, class... F, class Member, class... Args>
    void signal_after(std::chrono::milliseconds delay, const entity_ref<E, F...>& target,
                      Member operation, Args&&... args) {
        signal_at(detail::later(now(), delay), target, operation, std::forward<Args>(args)...);
    }

    /// Starts an orchestration, exactly once, and gives its instance id. Nobody waits for it; it
    /// may tell this entity how it went with a signal. Throws error (not_registered).
    template <class R, class... Args>
    std::string start(const orchestration<R(Args...)>& function,
                      std::type_identity_t<Args>... args) {
        return host_->start(function.name(), {}, detail::encode_arguments<Args...>(args...));
    }
    /// The same under an instance id of your choice. If that is taken when the start arrives,
    /// nothing is started, and the hub's log says so.
    template <class R, class... Args>
    std::string start_as(std::string_view instance, const orchestration<R(Args...)>& function,
                         std::type_identity_t<Args>... args) {
        require_instance_id(instance);
        return host_->start(function.name(), instance, detail::encode_arguments<Args...>(args...));
    }

    /// When this operation has ended, the entity is gone as if it had never been: clients read
    /// nothing, and the next operation begins with a default state. So it is, too, when the state
    /// converts to JSON null.
    void delete_state() noexcept { host_->delete_state(); }

  private:
    detail::entity_host* host_;
};

} // namespace perdure
