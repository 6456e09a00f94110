// SPDX-License-Identifier: Apache-2.0
// Transactions: one function over the states of several entities, all of it or nothing.
//
//   inline constexpr perdure::transaction<int(account&, account&, int)> transfer{"transfer"};
//
//   int move_money(account& from, account& to, int amount) {
//       if (from.balance < amount)
//           throw std::runtime_error("insufficient funds");      // nothing happened
//       from.balance -= amount;
//       to.balance += amount;
//       return from.balance;
//   }
//   functions.add(transfer, move_money);
//   ... co_await ctx.transact(transfer, accounts["alice"], accounts["bob"], 30);
//
// The function changes states and nothing else: it runs again after a crash, until its changes and
// its outcome are on disk, in one commit. If it throws, no state changes, and the orchestration
// gets task_failed.
#pragma once

#include <perdure/entity.hpp>
#include <perdure/functions.hpp>

#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace perdure {
namespace detail {

/// How many of the parameters are entities: the leading references.
template <class... P>
constexpr std::size_t entity_parameters() {
    std::size_t count = 0;
    bool is_leading = true;
    ((is_leading = is_leading && std::is_lvalue_reference_v<P>, count += is_leading ? 1 : 0), ...);
    return count;
}

template <class... P>
constexpr bool has_values_last() {
    std::size_t references = 0;
    ((references += std::is_reference_v<P> ? 1 : 0), ...);
    return references == entity_parameters<P...>();
}

} // namespace detail

template <class Signature>
class transaction;

/// Declares a transaction. Leading reference parameters are states of entities, a const one is only
/// read; the others are plain values.
template <class R, class... P>
class transaction<R(P...)> {
    static_assert(detail::entity_parameters<P...>() > 0,
                  "a transaction's first parameters are references to states of entities");
    static_assert(detail::has_values_last<P...>(),
                  "a transaction's parameters are states by reference, then plain values");

  public:
    constexpr explicit transaction(std::string_view name) : name_(detail::checked_name(name)) {}
    constexpr std::string_view name() const noexcept { return name_; }

  private:
    std::string_view name_;
};

namespace detail {

/// A transaction's arguments, as they travel.
struct transaction_arguments {
    std::vector<entity_id> entities;
    payload input;
};

template <class P, class E, class... F>
entity_id participant(const entity_ref<E, F...>& named) {
    static_assert(std::is_same_v<std::remove_cvref_t<P>, E>,
                  "the transaction takes the state of another kind of entity here");
    return named.id();
}

template <class... P, class Args, std::size_t... I, std::size_t... V>
transaction_arguments encode_transaction(Args args, std::index_sequence<I...>,
                                         std::index_sequence<V...>) {
    using parameters = std::tuple<P...>;
    constexpr std::size_t count = sizeof...(I);
    transaction_arguments encoded;
    (encoded.entities.push_back(
         participant<std::tuple_element_t<I, parameters>>(std::get<I>(args))),
     ...);
    encoded.input = encode_arguments<std::tuple_element_t<count + V, parameters>...>(
        std::tuple_element_t<count + V, parameters>(std::get<count + V>(args))...);
    return encoded;
}

/// Checks the arguments of a transaction against its declaration, at compile time.
template <class R, class... P, class... Args>
transaction_arguments transaction_request(const transaction<R(P...)>&, const Args&... args) {
    static_assert(sizeof...(P) == sizeof...(Args), "wrong number of arguments for transaction");
    constexpr std::size_t count = entity_parameters<P...>();
    return encode_transaction<P...>(std::tie(args...), std::make_index_sequence<count>{},
                                    std::make_index_sequence<sizeof...(P) - count>{});
}

} // namespace detail
} // namespace perdure
