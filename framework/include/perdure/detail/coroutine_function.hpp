// SPDX-License-Identifier: Apache-2.0
// Coroutines of users with their types erased: orchestrations, and the functions of scopes.
#pragma once

#include <perdure/functions.hpp>
#include <perdure/payload.hpp>
#include <perdure/task.hpp>

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace perdure {

class orchestration_context;

namespace detail {

/// The input must be there until the task has been started, and is not needed any more then.
using orchestration_definition =
    std::function<task<payload>(orchestration_context&, const payload& input)>;

/// The outermost coroutine of an instance or scope: converts input and result. `function` lives in
/// its frame, because a lambda's coroutine refers to the lambda.
template <class R, class... Args, class F>
task<payload> run_orchestration(F function, orchestration_context& ctx, const payload& input) {
    auto args = decode_arguments<Args...>(input);
    task<R> body =
        std::apply([&](Args&... each) { return function(ctx, std::move(each)...); }, args);
    if constexpr (std::is_void_v<R>) {
        co_await body;
        co_return payload{};
    } else {
        R result = co_await body;
        co_return codec<R>::encode(result);
    }
}

template <class R, class... Args, class F>
orchestration_definition erase_orchestration(F function) {
    return [function = std::move(function)](orchestration_context& ctx, const payload& input) {
        return run_orchestration<R, Args...>(function, ctx, input);
    };
}

template <class Coroutine>
struct task_of;
template <class T>
struct task_of<task<T>> {
    using value = T;
};
template <class Coroutine>
using task_value = typename task_of<Coroutine>::value;

/// What is known of the type of a function, lambda or function object: its parameters after
/// orchestration_context&, and what its task gives.
template <class F>
struct coroutine_parameters : coroutine_parameters<decltype(&F::operator())> {};
template <class R, class... P>
struct coroutine_parameters<R (*)(orchestration_context&, P...)> {
    static constexpr bool by_value = (std::is_same_v<P, std::remove_cvref_t<P>> && ...);
    using result = task_value<R>;
    static payload encode(const P&... values) { return encode_arguments<P...>(values...); }
    template <class F>
    static orchestration_definition erase(F function) {
        return erase_orchestration<result, P...>(std::move(function));
    }
};
template <class C, class R, class... P>
struct coroutine_parameters<R (C::*)(orchestration_context&, P...)>
    : coroutine_parameters<R (*)(orchestration_context&, P...)> {};
template <class C, class R, class... P>
struct coroutine_parameters<R (C::*)(orchestration_context&, P...) const>
    : coroutine_parameters<R (*)(orchestration_context&, P...)> {};

/// A function without anything of its own: it may be called in any process that has the code.
template <class F>
inline constexpr bool is_stateless = std::is_pointer_v<F> || std::is_empty_v<F>;

} // namespace detail
} // namespace perdure
