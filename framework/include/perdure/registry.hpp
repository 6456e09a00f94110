// SPDX-License-Identifier: Apache-2.0
// The registry: which code belongs to which name. Fill one, then open a task hub with it.
#pragma once

#include <perdure/detail/definitions.hpp>
#include <perdure/detail/sourced_object.hpp>
#include <perdure/detail/transaction_definition.hpp>

#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace perdure {

/// Functions by name. add() throws error (duplicate) for a name that is taken.
class registry {
  public:
    /// Adds an activity: a callable R(Args...) or R(activity_context&, Args...). It is called from
    /// several threads at once and may run again for the same call after a crash.
    template <class R, class... Args, class F>
    registry& add(const activity<R(Args...)>& declaration, F function) {
        using callable = std::decay_t<F>;
        static_assert(detail::plain_activity<callable, R, Args...> ||
                          detail::context_activity<callable, R, Args...>,
                      "the function does not match the activity's declared signature");
        add_activity(declaration.name(),
                     detail::erase_activity<R, Args...>(callable(std::move(function))));
        return *this;
    }

    /// Adds an orchestration: a coroutine task<R>(orchestration_context&, Args... by value).
    template <class R, class... Args, class F>
    registry& add(const orchestration<R(Args...)>& declaration, F function) {
        using callable = std::decay_t<F>;
        static_assert(
            std::is_invocable_r_v<task<R>, const callable&, orchestration_context&, Args...>,
            "the coroutine does not match the orchestration's declared signature");
        static_assert(detail::coroutine_parameters<callable>::by_value,
                      "a coroutine takes its parameters by value: references would dangle");
        add_orchestration(declaration.name(),
                          detail::erase_orchestration<R, Args...>(callable(std::move(function))));
        return *this;
    }

    /// Adds an entity. The declaration must outlive the registry and every hub opened with it.
    template <class E, class... F>
    registry& add(const entity<E, F...>& declaration) {
        static_assert(std::is_default_constructible_v<E> && std::is_copy_assignable_v<E>,
                      "an entity starts default-constructed and is copied to be rolled back");
        add_entity(declaration[{}].id().name, [&declaration] {
            return std::make_unique<detail::typed_entity<E, F...>>(declaration.operations());
        });
        return *this;
    }

    /// Adds a transaction: a callable R(P...). It runs again for the same request after a crash.
    template <class R, class... P, class F>
    registry& add(const transaction<R(P...)>& declaration, F function) {
        using callable = std::decay_t<F>;
        static_assert(std::is_invocable_r_v<R, const callable&, P...>,
                      "the function does not match the transaction's declared signature");
        add_transaction(declaration.name(),
                        detail::erase_transaction<R, P...>(callable(std::move(function))));
        return *this;
    }

    /// Adds an event-sourced entity. The declaration must outlive the registry and every hub.
    template <class E, class Names, class... F>
    registry& add(const sourced_entity<E, Names, F...>& declaration) {
        static_assert(std::is_default_constructible_v<E> && std::is_copy_assignable_v<E>,
                      "an entity starts default-constructed and is copied to be rolled back");
        add_entity(declaration[{}].id().name, [&declaration] {
            return std::make_unique<detail::sourced_object<E, Names, F...>>(declaration);
        });
        return *this;
    }

    /// The registered code, or null.
    const detail::activity_definition* find_activity(std::string_view name) const;
    const detail::orchestration_definition* find_orchestration(std::string_view name) const;
    const detail::entity_definition* find_entity(std::string_view name) const;
    const detail::transaction_definition* find_transaction(std::string_view name) const;

  private:
    void add_activity(std::string_view name, detail::activity_definition code);
    void add_orchestration(std::string_view name, detail::orchestration_definition code);
    void add_entity(std::string_view name, detail::entity_definition code);
    void add_transaction(std::string_view name, detail::transaction_definition code);

    std::map<std::string, detail::activity_definition, std::less<>> activities_;
    std::map<std::string, detail::orchestration_definition, std::less<>> orchestrations_;
    std::map<std::string, detail::entity_definition, std::less<>> entities_;
    std::map<std::string, detail::transaction_definition, std::less<>> transactions_;
};

} // namespace perdure
