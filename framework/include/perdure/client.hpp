// SPDX-License-Identifier: Apache-2.0
// The client of a task hub: starts instances and asks about them. All calls are thread-safe. A call
// that changes something returns when the change is on disk (see hub_options::durable).
#pragma once

#include <perdure/control.hpp>
#include <perdure/entity.hpp>
#include <perdure/entity_query.hpp>
#include <perdure/functions.hpp>
#include <perdure/lock.hpp>
#include <perdure/query.hpp>
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

    /// Waits for the result. Throws task_failed if the instance failed or was terminated (its
    /// details then have the type perdure::terminated), error (timeout) if it has
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

    /// Ends an instance at once, also one that is suspended or held: its status is Terminated, its
    /// output the reason, and no code of it runs any more. What is running of its activities may
    /// still end, and nobody hears of it; its parent sees a failure of type perdure::terminated.
    /// Its end is on disk when this returns; its children follow, whatever happens. Throws error
    /// (not_found, instance_finished).
    void terminate(const std::string& instance, const std::string& reason = {},
                   terminate_options options = {}) {
        finish(terminate_async(instance, reason, options));
    }
    std::future<void> terminate_async(const std::string& instance, const std::string& reason = {},
                                      terminate_options options = {});

    /// From now on the instance runs no code, over restarts too, until it is resumed. What arrives
    /// meanwhile (results, events, timers) is recorded, and seen by its code in that order then.
    /// Suspending twice is suspending once. Throws error (not_found, instance_finished).
    void suspend(const std::string& instance, const std::string& reason = {}) {
        finish(suspend_async(instance, reason));
    }
    std::future<void> suspend_async(const std::string& instance, const std::string& reason = {});
    /// Lets a suspended instance go on; changes nothing for any other. Throws error (not_found,
    /// instance_finished).
    void resume(const std::string& instance, const std::string& reason = {}) {
        finish(resume_async(instance, reason));
    }
    std::future<void> resume_async(const std::string& instance, const std::string& reason = {});

    /// Takes an instance that has failed back to where it can succeed: the failure that it failed
    /// of is forgotten, with all that its code decided since and every failure since. What failed
    /// runs again: activities, entity calls, and children, which are rewound in turn. Results,
    /// events and fired timers stay. With functions that have been mended meanwhile this is how to
    /// go on after a bug. Throws error (not_found; not_finished; instance_finished if it has not
    /// failed; critical_section if it failed while it held a lock).
    void rewind(const std::string& instance, const std::string& reason = {}) {
        finish(rewind_async(instance, reason));
    }
    std::future<void> rewind_async(const std::string& instance, const std::string& reason = {});

    /// Begins the function of an instance anew with the same input, and gives the id. What there
    /// was under the id is gone in the same instant. A child begun anew has no parent. Throws error
    /// (not_found, not_registered; not_finished if it is to keep its id and has not ended).
    std::string restart(const std::string& instance, restart_options options = {}) {
        return finish(restart_async(instance, options));
    }
    std::future<std::string> restart_async(const std::string& instance,
                                           restart_options options = {});

    /// Removes everything kept of an instance that has ended: its row, history and references to
    /// blobs. Removes nothing if there is no such instance. Each instance goes at once and whole,
    /// children before their parents: a purge that was interrupted can be repeated. Throws error
    /// (not_finished).
    purge_result purge(const std::string& instance, purge_options options = {}) {
        return finish(purge_async(instance, options));
    }
    std::future<purge_result> purge_async(const std::string& instance, purge_options options = {});
    /// Purges all that have ended and that the filter means.
    purge_result purge_all(const instance_filter& meant, purge_options options = {});

    /// A page of the instances that a filter means, in the order of their ids. Throws error
    /// (invalid_argument) for a page size out of bounds and a token that is not of such a query.
    instance_page query(const query_options& wanted = {});
    /// How many instances a filter means. Reads all rows under the filter's prefix.
    std::uint64_t count(const instance_filter& meant = {});

    /// Sends an entity a one-way operation. Its effect is on disk when this returns; or the
    /// operation is, in the entity's inbox, if the entity is in somebody's critical section. A
    /// failure of the operation itself goes to the hub's log.
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
                            detail::encode_operation_for<Member>(std::forward<Args>(args)...), {});
    }

    /// The same when it is due on the hub's clock: never earlier, exactly once, also after
    /// restarts. Signals with earlier due times go first. When this returns, the signal is on disk;
    /// it can't be called back. A due time in the past means at once.
    template <class E, class... F, class Member, class... Args>
    void signal_at(timestamp due, const entity_ref<E, F...>& target, Member operation,
                   Args&&... args) {
        auto signaled = signal_at_async(due, target, operation, std::forward<Args>(args)...);
        drive(signaled);
        signaled.get();
    }
    template <class E, class... F, class Member, class... Args>
    void signal_after(std::chrono::milliseconds delay, const entity_ref<E, F...>& target,
                      Member operation, Args&&... args) {
        signal_at(detail::later(now(), delay), target, operation, std::forward<Args>(args)...);
    }
    template <class E, class... F, class Member, class... Args>
    std::future<void> signal_at_async(timestamp due, const entity_ref<E, F...>& target,
                                      Member operation, Args&&... args) {
        return signal_named(target.id(), target.declaration->operation_name(operation),
                            detail::encode_operation_for<Member>(std::forward<Args>(args)...), due);
    }

    /// The committed state of an entity, if it exists.
    template <class E, class... F>
    std::optional<E> read(const entity_ref<E, F...>& target) {
        if (auto state = read_state(target.id()))
            return codec<E>::decode(*state);
        return std::nullopt;
    }

    /// The entities that are in a critical section or waited for, as they are on disk.
    std::vector<lock_status> locks();
    /// The entities that a query finds, a page at a time, as they are on disk. Throws error
    /// (invalid_argument) for a query that makes no sense, or with another query's token.
    entity_page entities(const entity_query& wanted);
    /// The same for one kind of entity, with the states as values of its type.
    template <class E, class... F>
    typed_entity_page<E> entities(const entity<E, F...>& declaration, entity_query wanted = {}) {
        wanted.name = declaration.name();
        wanted.with_state = true;
        entity_page found = entities(wanted);
        typed_entity_page<E> page{{}, std::move(found.token)};
        for (auto& each : found.entities)
            page.entities.push_back(
                {std::move(each.id), each.changed, codec<E>::decode(*each.state)});
        return page;
    }

    /// The time on the hub's clock.
    timestamp now() const;

    /// The bytes of a blob of this hub. Throws error (not_found).
    std::shared_ptr<const std::string> get(const blob& name);

  private:
    std::future<std::string> start_named(start_options options, std::string_view function,
                                         payload input);
    payload wait_output(const std::string& instance, std::chrono::milliseconds timeout);
    std::future<void> raise_named(const std::string& instance, std::string_view name, payload value,
                                  raise_options options);
    std::future<void> signal_named(entity_id target, std::string_view operation, payload input,
                                   timestamp due);
    std::optional<payload> read_state(const entity_id& target);
    template <class T>
    T finish(std::future<T> answer) {
        drive(answer);
        return answer.get();
    }
    /// On a testing::machine the caller's thread does the work: runs it until the answer is there.
    template <class T>
    void drive(const std::future<T>& answer);

    engine::hub* hub_;
};

} // namespace perdure
