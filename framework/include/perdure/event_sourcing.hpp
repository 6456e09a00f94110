// SPDX-License-Identifier: Apache-2.0
// Event-sourced entities: what is stored is what happened, and the state is what that adds up to.
// An operation looks at the state, which it can't change, and returns events; apply() builds the
// state from them, now and whenever the entity is loaded.
//
//   struct account {
//       struct deposited { std::int64_t amount; NLOHMANN_DEFINE_TYPE_INTRUSIVE(deposited, amount)
//       }; std::int64_t balance = 0;
//
//       perdure::emits<deposited> deposit(std::int64_t amount) const { return deposited{amount}; }
//       void apply(const deposited& e) noexcept { balance += e.amount; }
//       NLOHMANN_DEFINE_TYPE_INTRUSIVE(account, balance)
//   };
//   inline constexpr perdure::sourced_entity accounts{
//       "account", perdure::event_names<account::deposited>{"deposited"},
//       perdure::op("deposit", &account::deposit)};
//
// It is called, signaled, read and listed as any other entity.
#pragma once

#include <perdure/entity.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace perdure {

/// What an operation decided on: no event, one, or several in order. Its caller gets no value.
template <class... Es>
class emits {
  public:
    using any = std::variant<Es...>;

    emits() = default;
    template <class Event>
    requires(std::is_same_v<std::remove_cvref_t<Event>, Es> || ...) emits(Event&& one) {
        add(std::forward<Event>(one));
    }
    emits(std::initializer_list<any> several) : list_(several) {}

    template <class Event>
    requires(std::is_same_v<std::remove_cvref_t<Event>, Es> || ...) emits& add(Event&& next) {
        list_.emplace_back(std::forward<Event>(next));
        return *this;
    }
    const std::vector<any>& list() const noexcept { return list_; }

  private:
    std::vector<any> list_;
};

/// Events, and a value for the caller.
template <class R, class... Es>
struct reply {
    R value;
    emits<Es...> events = {};
};

/// Names the events of an event-sourced entity, in the order of its parameters. A name stays for
/// good: it is on disk with each event.
template <class... Es>
struct event_names {
    std::array<std::string_view, sizeof...(Es)> names;

    template <class... Names>
    requires(sizeof...(Names) == sizeof...(Es)) constexpr explicit event_names(Names... each)
        : names{detail::checked_name(std::string_view(each))...} {
        for (std::size_t i = 0; i < names.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (names[i] == names[j])
                    throw std::invalid_argument("two events have the same name");
    }
};

namespace detail {

template <class E, class Event>
concept applies = requires(E& state, const Event& happened) {
    state.apply(happened);
};

template <class Event, class... Es>
inline constexpr bool is_among = (std::is_same_v<Event, Es> || ...);

/// Whether what an operation returns is no bare event, and holds only events that have names.
template <class Returned, class Names>
inline constexpr bool has_names = false;
template <class R, class... Es>
inline constexpr bool has_names<R, event_names<Es...>> = !is_among<R, Es...>;
template <class... Xs, class... Es>
inline constexpr bool has_names<emits<Xs...>, event_names<Es...>> = (is_among<Xs, Es...> && ...);
template <class R, class... Xs, class... Es>
inline constexpr bool has_names<reply<R, Xs...>, event_names<Es...>> = (is_among<Xs, Es...> && ...);

} // namespace detail

template <class E, class Names, class... F>
class sourced_entity;

/// Declares a kind of event-sourced entity: its state, the names of its events, its operations.
template <class E, class... Es, class... F>
class sourced_entity<E, event_names<Es...>, F...> : public entity<E, F...> {
    static_assert((detail::applies<E, Es> && ...),
                  "the state needs a member function apply(const Event&) for each event");
    static_assert((detail::is_const_member<F> && ...),
                  "operations of an event-sourced entity are const member functions: they return "
                  "events, and only apply() changes the state");
    static_assert(
        (detail::has_names<typename detail::member_traits<F>::returned, event_names<Es...>> && ...),
        "an operation returns emits<...> or reply<...> of events that the declaration "
        "names, or a value that is no event");

  public:
    constexpr sourced_entity(std::string_view name, event_names<Es...> events,
                             operation<F>... operations)
        : entity<E, F...>(name, operations...), events_(events) {}

    /// The same with a snapshot of the state after so many events, which bounds how many have to be
    /// read to load the entity. An operation stores its events only, not the state.
    constexpr sourced_entity snapshot_every(std::uint32_t events) const {
        if (events == 0)
            throw std::invalid_argument("a snapshot is taken after at least one event");
        sourced_entity other = *this;
        other.snapshot_every_ = events;
        return other;
    }

    constexpr const event_names<Es...>& events() const noexcept { return events_; }
    constexpr std::uint32_t snapshot_every() const noexcept { return snapshot_every_; }

  private:
    event_names<Es...> events_;
    std::uint32_t snapshot_every_ = 100;
};

template <class... Es, class First, class... F>
sourced_entity(std::string_view, event_names<Es...>, operation<First>, operation<F>...)
    -> sourced_entity<typename detail::member_traits<First>::entity_type, event_names<Es...>, First,
                      F...>;
template <class... Es, class First, class... F>
sourced_entity(const char*, event_names<Es...>, operation<First>, operation<F>...)
    -> sourced_entity<typename detail::member_traits<First>::entity_type, event_names<Es...>, First,
                      F...>;

} // namespace perdure
