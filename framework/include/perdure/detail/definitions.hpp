// SPDX-License-Identifier: Apache-2.0
// User functions with their types erased: what a registry keeps, and how it is made from callables.
#pragma once

#include <perdure/activity.hpp>
#include <perdure/detail/coroutine_function.hpp>
#include <perdure/detail/entity_object.hpp>
#include <perdure/orchestration.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace perdure::detail {

using activity_definition = std::function<payload(activity_context&, const payload&)>;
using entity_definition = std::function<std::unique_ptr<entity_object>()>;

template <class F, class R, class... Args>
concept plain_activity = std::is_invocable_r_v<R, const F&, Args...>;
template <class F, class R, class... Args>
concept context_activity = std::is_invocable_r_v<R, const F&, activity_context&, Args...>;

template <class R, class... Args, class F>
activity_definition erase_activity(F function) {
    return [function = std::move(function)](activity_context& ctx, const payload& input) {
        auto args = decode_arguments<Args...>(input);
        return encode_result_of([&]() -> R {
            return std::apply(
                [&](Args&... each) -> R {
                    if constexpr (context_activity<F, R, Args...>)
                        return function(ctx, std::move(each)...);
                    else
                        return function(std::move(each)...);
                },
                args);
        });
    };
}

/// An entity of type E with the operations of its declaration.
template <class E, class... F>
class typed_entity final : public object_of<E> {
  public:
    explicit typed_entity(const std::tuple<operation<F>...>& operations)
        : operations_(&operations) {}

    bool has_operation(std::string_view name) const noexcept override {
        return detail::has_operation(*operations_, name);
    }

    bool is_query(std::string_view name) const noexcept override {
        return std::apply(
            [&](const operation<F>&... each) {
                return ((is_const_member<F> && each.name == name) || ...);
            },
            *operations_);
    }

    payload apply(std::string_view name, entity_context& ctx, const payload& input) override {
        E& state = this->state();
        const E before = state;
        try {
            payload result;
            std::apply(
                [&](const auto&... each) {
                    ((each.name == name ? void(result = invoke(each, ctx, input)) : void()), ...);
                },
                *operations_);
            return result;
        } catch (...) {
            state = before;
            throw;
        }
    }

    payload save() const override { return codec<E>::encode(this->state()); }
    void load(const payload& stored) override { this->state() = codec<E>::decode(stored); }

  private:
    template <class Member>
    payload invoke(const operation<Member>& declared, entity_context& ctx, const payload& input) {
        auto args = decode_input_of<Member>(input);
        return encode_result_of([&]() -> typename member_traits<Member>::returned {
            return call_operation(this->state(), declared.function, ctx, args);
        });
    }

    const std::tuple<operation<F>...>* operations_;
};

} // namespace perdure::detail
