// SPDX-License-Identifier: Apache-2.0
// The client of a task hub: starts instances and asks about them. All calls are thread-safe. A call
// that changes something returns when the change is on disk (see hub_options::durable).
#pragma once

#include <perdure/entity.hpp>
#include <perdure/functions.hpp>
#include <perdure/start_options.hpp>
#include <perdure/status.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace perdure {

namespace engine {
class hub;
}

class client {
  public:
    explicit client(engine::hub& hub) noexcept : hub_(&hub) {}

    /// Starts an orchestration and gives its instance id. When it returns, the start is on disk.
    /// Throws error (instance_exists) if the id is taken, see start_options::reuse.
    template <class R, class... Args>
    std::string start(const orchestration<R(Args...)>& function,
                      std::type_identity_t<Args>... args) {
        return start({}, function, std::move(args)...);
    }
    template <class R, class... Args>
    std::string start(start_options options, const orchestration<R(Args...)>& function,
                      std::type_identity_t<Args>... args) {
        auto started = start_async(std::move(options), function, std::move(args)...);
        drive(started);
        return started.get();
    }
    /// The same without waiting: the future is ready when the start is on disk.
    template <class R, class... Args>
    std::future<std::string> start_async(start_options options,
                                         const orchestration<R(Args...)>& function,
                                         std::type_identity_t<Args>... args) {
        return start_named(std::move(options), function.name(),
                           detail::encode_arguments<Args...>(args...));
    }

    /// Waits for the result. Throws task_failed if the instance failed, error (timeout) if it has
    /// not finished in time, error (held) if it can't go on with the registered code, error
    /// (not_found) if there is none.
    template <class R, class... Args>
    R wait(const orchestration<R(Args...)>&, const std::string& instance,
           std::chrono::milliseconds timeout) {
        return detail::decode_result<R>(wait_output(instance, timeout));
    }

    /// The status of an instance, if there is one.
    std::optional<instance_status> status(const std::string& instance);
    /// All events of an instance in order, since it was started or last continued as new. Throws
    /// error (not_found).
    std::vector<history_entry> history(const std::string& instance);

    /// Delivers an event to an instance. Throws error (not_found, instance_finished; with
    /// raise_options also limit_exceeded).
    template <class T>
    void raise(const std::string& instance, const event<T>& raised,
               const std::type_identity_t<T>& value, raise_options options = {}) {
        auto delivered = raise_async(instance, raised, value, std::move(options));
        drive(delivered);
        delivered.get();
    }
    /// The same without waiting: the future is ready when the event is on disk.
    template <class T>
    std::future<void> raise_async(const std::string& instance, const event<T>& raised,
                                  const std::type_identity_t<T>& value,
                                  raise_options options = {}) {
        return raise_named(instance, raised.name(), codec<T>::encode(value), std::move(options));
    }

    /// Sends an entity a one-way operation. Its effect is on disk when this returns; a failure of
    /// the operation itself goes to the hub's log.
    template <class E, class... F, class Member, class... Args>
    void signal(const entity_ref<E, F...>& target, Member operation, Args&&... args) {
        auto signaled = signal_async(target, operation, std::forward<Args>(args)...);
        drive(signaled);
        signaled.get();
    }
    template <class E, class... F, class Member, class... Args>
    std::future<void> signal_async(const entity_ref<E, F...>& target, Member operation,
                                   Args&&... args) {
        return signal_named(target.id(), target.declaration->operation_name(operation),
                            detail::encode_operation_for<Member>(std::forward<Args>(args)...));
    }

    /// The committed state of an entity, if it exists.
    template <class E, class... F>
    std::optional<E> read(const entity_ref<E, F...>& target) {
        if (auto state = read_state(target.id()))
            return codec<E>::decode(*state);
        return std::nullopt;
    }

    /// The bytes of a blob of this hub. Throws error (not_found).
    std::shared_ptr<const std::string> get(const blob& name);

  private:
    std::future<std::string> start_named(start_options options, std::string_view function,
                                         payload input);
    payload wait_output(const std::string& instance, std::chrono::milliseconds timeout);
    std::future<void> raise_named(const std::string& instance, std::string_view name, payload value,
                                  raise_options options);
    std::future<void> signal_named(entity_id target, std::string_view operation, payload input);
    std::optional<payload> read_state(const entity_id& target);
    /// On a testing::machine the caller's thread does the work: runs it until the answer is there.
    template <class T>
    void drive(const std::future<T>& answer);

    engine::hub* hub_;
};

} // namespace perdure
