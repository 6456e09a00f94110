// SPDX-License-Identifier: Apache-2.0
// orchestration_context: everything an orchestration may see and do. An orchestration is a
// coroutine
//   perdure::task<R> name(perdure::orchestration_context& ctx, Args... by value)
// that uses nothing else from outside: no clock, no random, no I/O, no globals that change.
#pragma once

#include <perdure/detail/coroutine_function.hpp>
#include <perdure/detail/host.hpp>
#include <perdure/durable.hpp>
#include <perdure/entity.hpp>
#include <perdure/functions.hpp>
#include <perdure/lock.hpp>
#include <perdure/transaction.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace perdure {

/// Deterministic random bits: a uniform random bit generator for the algorithms of <random>.
class random_source {
  public:
    using result_type = std::uint64_t;

    explicit random_source(detail::orchestration_host& host) noexcept : host_(&host) {}
    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }
    result_type operator()() noexcept { return host_->random(); }

  private:
    detail::orchestration_host* host_;
};

/// The orchestration's only window to the world. Valid as long as the orchestration runs.
class orchestration_context {
  public:
    explicit orchestration_context(detail::orchestration_host& host) noexcept : host_(&host) {}

    /// Schedules an activity. It starts after this step is on disk (but see durability).
    template <class R, class... Args>
    durable<R> call(const activity<R(Args...)>& function, std::type_identity_t<Args>... args) {
        return durable<R>(
            host_->call_activity(function.name(), detail::encode_arguments<Args...>(args...), {}));
    }

    /// The same with retries, a timeout or a heartbeat timeout; fails when the last attempt has.
    /// Throws error (invalid_argument) for options that break a rule.
    template <class R, class... Args>
    durable<R> call(const call_options& options, const activity<R(Args...)>& function,
                    std::type_identity_t<Args>... args) {
        options.require_valid();
        return durable<R>(
            host_->attend(host_->call_activity(function.name(),
                                               detail::encode_arguments<Args...>(args...), options),
                          options));
    }

    /// Starts a child orchestration under a deterministic id of its own and gives its result.
    template <class R, class... Args>
    durable<R> call(const orchestration<R(Args...)>& function, std::type_identity_t<Args>... args) {
        return durable<R>(
            host_->call_child(function.name(), {}, detail::encode_arguments<Args...>(args...)));
    }

    /// The same with retries or a timeout. Each attempt is another child, under its own
    /// deterministic id. Throws error (invalid_argument) for options that break a rule.
    template <class R, class... Args>
    durable<R> call(const call_options& options, const orchestration<R(Args...)>& function,
                    std::type_identity_t<Args>... args) {
        options.require_valid_for_child();
        return durable<R>(host_->attend(
            host_->call_child(function.name(), {}, detail::encode_arguments<Args...>(args...)),
            options));
    }

    /// Starts a child under an instance id of your choice; fails if that id is taken by one that
    /// has not finished.
    template <class R, class... Args>
    durable<R> call_as(std::string_view instance, const orchestration<R(Args...)>& function,
                       std::type_identity_t<Args>... args) {
        require_instance_id(instance);
        return durable<R>(host_->call_child(function.name(), instance,
                                            detail::encode_arguments<Args...>(args...)));
    }

    /// Starts an orchestration that nobody waits for: it has no parent, and lives on when this one
    /// ends. Started exactly once; gives its id. If that id is taken by one that has not finished,
    /// nothing is started, and the hub's log says so.
    template <class R, class... Args>
    std::string start(const orchestration<R(Args...)>& function,
                      std::type_identity_t<Args>... args) {
        return start({}, function, std::move(args)...);
    }
    template <class R, class... Args>
    std::string start(detached_options options, const orchestration<R(Args...)>& function,
                      std::type_identity_t<Args>... args) {
        if (!options.instance.empty())
            require_instance_id(options.instance);
        return host_->start_instance(function.name(), std::move(options),
                                     detail::encode_arguments<Args...>(args...));
    }

    /// Ends this execution and begins the next one, of the same instance: of this function with
    /// other arguments, or of another, such as a new version, that gives a result of the same type.
    /// The instance keeps its id, custom status, parent and whoever waits for it; events that were
    /// not read go with it, in order; whatever else is open is given up; the history begins anew.
    ///
    /// Leaves the coroutine by an exception that is no std::exception: `catch (...)` must throw it
    /// on. What the coroutine returns after all is ignored; if it fails with something else, the
    /// instance has failed.
    template <class R, class... Args>
    [[noreturn]] void continue_as_new(const orchestration<R(Args...)>& next,
                                      std::type_identity_t<Args>... args) {
        host_->continue_as_new(next.name(), detail::encode_arguments<Args...>(args...));
        throw detail::leaving_for_new{};
    }

    /// Calls an entity and gives the operation's result.
    template <class E, class... F, class Member, class... Args>
    durable<detail::operation_result<Member>> call(const entity_ref<E, F...>& target,
                                                   Member operation, Args&&... args) {
        return durable<detail::operation_result<Member>>(
            host_->call_entity(target.id(), target.declaration->operation_name(operation),
                               detail::encode_operation_for<Member>(std::forward<Args>(args)...)));
    }

    /// Sends an entity a one-way operation; delivered exactly once, in order.
    template <class E, class... F, class Member, class... Args>
    void signal(const entity_ref<E, F...>& target, Member operation, Args&&... args) {
        signal_at({}, target, operation, std::forward<Args>(args)...);
    }

    /// The same when it is due on the hub's clock: never earlier, exactly once, whatever becomes of
    /// this orchestration meanwhile. Signals with earlier due times go first. A due time in the
    /// past means at once.
    template <class E, class... F, class Member, class... Args>
    void signal_at(timestamp due, const entity_ref<E, F...>& target, Member operation,
                   Args&&... args) {
        host_->signal_entity(target.id(), target.declaration->operation_name(operation),
                             detail::encode_operation_for<Member>(std::forward<Args>(args)...),
                             due);
    }
    template <class E, class... F, class Member, class... Args>
    void signal_after(std::chrono::milliseconds delay, const entity_ref<E, F...>& target,
                      Member operation, Args&&... args) {
        signal_at(detail::later(now(), delay), target, operation, std::forward<Args>(args)...);
    }

    /// Has the entities to itself until the guard is destroyed; see lock.hpp for the rules.
    template <class First, class... More>
    requires(detail::is_entity_ref<First> &&
             (detail::is_entity_ref<More> &&
              ...)) task<critical_section> lock(const First& first, const More&... more) {
        return lock(lock_options{}, first, more...);
    }
    template <class First, class... More>
    requires(detail::is_entity_ref<First> && (detail::is_entity_ref<More> && ...))
        task<critical_section> lock(lock_options options, const First& first, const More&... more) {
        std::vector<entity_id> entities{first.id(), more.id()...};
        return detail::lock(*host_, std::move(entities), options);
    }
    task<critical_section> lock(std::vector<entity_id> entities, lock_options options = {}) {
        return detail::lock(*host_, std::move(entities), options);
    }
    template <class E, class... F>
    task<critical_section> lock(const std::vector<entity_ref<E, F...>>& entities,
                                lock_options options = {}) {
        std::vector<entity_id> ids;
        for (const auto& each : entities)
            ids.push_back(each.id());
        return lock(std::move(ids), options);
    }

    /// Runs a transaction over entities and gives its result; see transaction.hpp. Inside a
    /// critical section only over locked entities. To be awaited before anything else is sent to
    /// them.
    template <class R, class... P, class... Args>
    durable<R> transact(const transaction<R(P...)>& function, const Args&... args) {
        auto [entities, input] = detail::transaction_request(function, args...);
        return durable<R>(host_->transact(function.name(), std::move(entities), std::move(input)));
    }

    /// Runs a piece of the orchestration whose history goes when its result comes: however long it
    /// took, and however often it is done, what stays is what went in and what came out. So the
    /// cost of rebuilding an orchestration follows how deep its scopes are nested, not how long it
    /// has been running.
    ///
    ///     const int total = co_await ctx.scope("month", settle_month, month);
    ///
    /// `function` is a coroutine like an orchestration's, without captures; it does whatever an
    /// orchestration does, but continue as new. It begins when this step's code waits, and runs
    /// beside it and other scopes: several can be awaited together, or race. Dropping it gives up
    /// all that it has open. An event that both it and the code around it wait for goes to the code
    /// around it. A rewind that meets a scope which has ended runs it from its beginning. Not
    /// allowed inside a critical section. Throws error (invalid_argument) if the name is empty.
    template <class F, class... Args>
    auto scope(std::string_view name, F function, Args&&... args)
        -> durable<typename detail::coroutine_parameters<F>::result> {
        using coroutine = detail::coroutine_parameters<F>;
        static_assert(coroutine::by_value, "the parameters of a scope's function are plain values");
        static_assert(detail::is_stateless<F>,
                      "the function of a scope captures nothing; hand it values as arguments");
        return durable<typename coroutine::result>(
            host_->enter_scope(name, coroutine::erase(std::move(function)),
                               coroutine::encode(std::forward<Args>(args)...)));
    }

    /// A durable timer on the hub's clock, whose time now() is. A due time in the past fires at
    /// once. While the wall clock is behind because it was set back, a sleep takes twice as long.
    durable<void> sleep_until(timestamp due) { return durable<void>(host_->start_timer(due)); }
    durable<void> sleep_for(std::chrono::milliseconds duration) {
        return sleep_until(detail::later(now(), duration));
    }

    /// The next event of that name, from those that have arrived or are yet to come. Events are
    /// kept in order of arrival; whoever waits first is served first.
    template <class T>
    durable<T> wait_for(const event<T>& awaited) {
        return durable<T>(host_->wait_event(awaited.name()));
    }

    /// The instant of the current step; the same on every replay. Wall time that never goes back,
    /// also when the wall clock does.
    timestamp now() const noexcept { return host_->now(); }
    /// Random bits that are the same on every replay.
    random_source random() noexcept { return random_source(*host_); }
    /// A UUID that is the same on every replay.
    std::string new_id();

    const std::string& instance() const noexcept { return host_->instance(); }
    /// Id of the orchestration that started this one, or empty.
    const std::string& parent() const noexcept { return host_->parent(); }

    /// Whether code is being run again to rebuild memory. For diagnostics; never branch on it.
    bool is_replaying() const noexcept { return host_->is_replaying(); }
    /// Hands a line to the hub's log, once: silent during replay.
    void log(std::string_view line) { host_->log(line); }

    /// Publishes a value as the instance's custom status.
    template <class T>
    void set_status(const T& status) {
        host_->set_status(codec<T>::encode(status));
    }

  private:
    detail::orchestration_host* host_;
};

} // namespace perdure
