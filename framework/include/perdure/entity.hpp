// SPDX-License-Identifier: Apache-2.0
// Entities: small durable objects, addressed by kind and key, that apply one operation at a time.
//
//   struct counter {
//       int value = 0;
//       void add(int n) { value += n; }
//       int get() const { return value; }
//       NLOHMANN_DEFINE_TYPE_INTRUSIVE(counter, value)
//   };
//   inline constexpr perdure::entity counters{"counter", perdure::op("add", &counter::add),
//                                             perdure::op("get", &counter::get)};
//   ... co_await ctx.call(counters["alice"], &counter::add, 5);
#pragma once

#include <perdure/functions.hpp>
#include <perdure/ids.hpp>
#include <perdure/payload.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace perdure {

class entity_context;
template <class... Es>
class emits;
template <class R, class... Es>
struct reply;

namespace detail {

/// What the caller of an operation gets.
template <class R>
struct answer_of {
    using type = R;
};
template <class... Es>
struct answer_of<emits<Es...>> {
    using type = void;
};
template <class R, class... Es>
struct answer_of<reply<R, Es...>> {
    using type = R;
};

template <class F>
struct member_traits;

template <class E, class R, class... Args>
struct member_traits<R (E::*)(Args...)> {
    using entity_type = E;
    using returned = R;
    using result = typename answer_of<R>::type;
    using arguments = std::tuple<std::remove_cvref_t<Args>...>;
};
template <class E, class R, class... Args>
struct member_traits<R (E::*)(Args...) const> : member_traits<R (E::*)(Args...)> {};
template <class E, class R, class... Args>
struct member_traits<R (E::*)(Args...) noexcept> : member_traits<R (E::*)(Args...)> {};
template <class E, class R, class... Args>
struct member_traits<R (E::*)(Args...) const noexcept> : member_traits<R (E::*)(Args...)> {};

/// An operation whose first parameter is entity_context& receives it from the engine.
template <class E, class R, class... Args>
struct member_traits<R (E::*)(entity_context&, Args...)> : member_traits<R (E::*)(Args...)> {
    static constexpr bool wants_context = true;
};

template <class F>
concept wants_entity_context = requires {
    member_traits<F>::wants_context;
};

template <class F>
using operation_result = typename member_traits<F>::result;

/// A const member function only looks at the state.
template <class F>
inline constexpr bool is_const_member = false;
template <class E, class R, class... Args>
inline constexpr bool is_const_member<R (E::*)(Args...) const> = true;
template <class E, class R, class... Args>
inline constexpr bool is_const_member<R (E::*)(Args...) const noexcept> = true;

} // namespace detail

/// Names one operation of an entity. Made by op().
template <class F>
struct operation {
    std::string_view name;
    F function;
};

/// Names a member function as an operation. It may take entity_context& first. A const one only
/// looks at the state: it makes no entity where there is none.
template <class F>
constexpr operation<F> op(std::string_view name, F function) {
    return {detail::checked_name(name), function};
}

template <class E, class... F>
class entity;

/// One entity, by declaration and key.
template <class E, class... F>
struct entity_ref {
    const entity<E, F...>* declaration;
    std::string key;

    entity_id id() const;
};

/// Declares a kind of entity: a default-constructible type with a codec, and its operations.
template <class E, class... F>
class entity {
  public:
    using state_type = E;

    constexpr entity(std::string_view name, operation<F>... operations)
        : name_(detail::checked_name(name)), operations_(operations...) {}

    constexpr std::string_view name() const noexcept { return name_; }
    constexpr const std::tuple<operation<F>...>& operations() const noexcept { return operations_; }

    entity_ref<E, F...> operator[](std::string key) const { return {this, std::move(key)}; }

    /// The declared name of a member function. Does not compile for a function of another shape
    /// than any declared one; throws error (not_registered) for one that was not declared.
    template <class Member>
    std::string_view operation_name(Member function) const {
        static_assert((std::is_same_v<Member, F> || ...), "declare this operation with op()");
        std::string_view found;
        auto look = [&]<class Candidate>(const operation<Candidate>& candidate) {
            if constexpr (std::is_same_v<Candidate, Member>)
                if (candidate.function == function)
                    found = candidate.name;
        };
        std::apply([&](const auto&... each) { (look(each), ...); }, operations_);
        if (found.empty())
            throw error(errc::not_registered, "entity '" + std::string(name_) +
                                                  "': this member function is not declared as an "
                                                  "operation; add it to the declaration with op()");
        return found;
    }

  private:
    std::string_view name_;
    std::tuple<operation<F>...> operations_;
};

template <class First, class... F>
entity(std::string_view, operation<First>, operation<F>...)
    -> entity<typename detail::member_traits<First>::entity_type, First, F...>;
template <class First, class... F>
entity(const char*, operation<First>, operation<F>...)
    -> entity<typename detail::member_traits<First>::entity_type, First, F...>;

template <class E, class... F>
entity_id entity_ref<E, F...>::id() const {
    std::string lower(declaration->name());
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return {std::move(lower), key};
}

namespace detail {

template <class T>
inline constexpr bool is_entity_ref = false;
template <class E, class... F>
inline constexpr bool is_entity_ref<entity_ref<E, F...>> = true;

/// Converts call arguments to the parameter types of an operation; checked by the compiler.
template <class... Params, class... Args>
payload encode_operation(std::type_identity<std::tuple<Params...>>, Args&&... args) {
    static_assert(sizeof...(Params) == sizeof...(Args), "wrong number of arguments for operation");
    return encode_arguments<Params...>(Params(std::forward<Args>(args))...);
}

template <class Member, class... Args>
payload encode_operation_for(Args&&... args) {
    return encode_operation(std::type_identity<typename member_traits<Member>::arguments>{},
                            std::forward<Args>(args)...);
}

} // namespace detail
} // namespace perdure

#include <perdure/entity_context.hpp>
