// SPDX-License-Identifier: Apache-2.0
// A transaction's function with its types erased.
#pragma once

#include <perdure/detail/entity_object.hpp>
#include <perdure/transaction.hpp>

#include <functional>
#include <span>
#include <tuple>
#include <utility>

namespace perdure::detail {

/// Runs the function over the states of the objects, which are in the order of its parameters; one
/// object may be there several times. If it throws, the states are what it left behind, and whoever
/// called it takes them back.
using transaction_definition =
    std::function<payload(std::span<entity_object* const>, const payload&)>;

template <class E>
E& state_of(entity_object& of) {
    auto* typed = dynamic_cast<object_of<E>*>(&of);
    if (of.log() != nullptr)
        throw error(errc::conversion, "an event-sourced entity takes no part in transactions: only "
                                      "its events change its state");
    if (typed == nullptr)
        throw error(errc::conversion,
                    "the transaction takes states of another type than the entity "
                    "has; register the same types that it was asked for with");
    return typed->state();
}

template <class R, class... P, class F, std::size_t... I, std::size_t... V>
payload run_transaction(const F& function, std::span<entity_object* const> objects,
                        const payload& input, std::index_sequence<I...>,
                        std::index_sequence<V...>) {
    using parameters = std::tuple<P...>;
    auto values = decode_arguments<std::tuple_element_t<sizeof...(I) + V, parameters>...>(input);
    auto states = std::tie(
        state_of<std::remove_cvref_t<std::tuple_element_t<I, parameters>>>(*objects[I])...);
    return encode_result_of(
        [&]() -> R { return function(std::get<I>(states)..., std::move(std::get<V>(values))...); });
}

template <class R, class... P, class F>
transaction_definition erase_transaction(F function) {
    constexpr std::size_t count = entity_parameters<P...>();
    return [function = std::move(function)](std::span<entity_object* const> objects,
                                            const payload& input) {
        if (objects.size() != count)
            throw error(errc::conversion, "the transaction takes another number of entities; "
                                          "register the function that it was asked for with");
        return run_transaction<R, P...>(function, objects, input, std::make_index_sequence<count>{},
                                        std::make_index_sequence<sizeof...(P) - count>{});
    };
}

} // namespace perdure::detail
