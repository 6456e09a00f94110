// SPDX-License-Identifier: Apache-2.0
// Declarations: a function of a task hub is named once, with its signature, and every call through
// the declaration is checked by the compiler. Names exist only on disk and on the wire.
//
//   inline constexpr perdure::activity<std::string(std::string)> say_hello{"say_hello"};
//   inline constexpr perdure::orchestration<int(int, int)> add_up{"add_up"};
//   inline constexpr perdure::event<bool> approval{"approval"};
#pragma once

#include <stdexcept>
#include <string_view>
#include <type_traits>

namespace perdure {
namespace detail {

/// Names are 1 to 128 printable ASCII characters without spaces or '@'; a wrong one in a constexpr
/// declaration does not compile.
constexpr std::string_view checked_name(std::string_view name) {
    if (name.empty() || name.size() > 128)
        throw std::invalid_argument("a function's name has 1 to 128 characters");
    for (char c : name)
        if (c <= ' ' || c > '~' || c == '@')
            throw std::invalid_argument("a function's name is printable ASCII without ' ' and '@'");
    return name;
}

template <class T>
inline constexpr bool is_value = std::is_same_v<T, std::remove_cvref_t<T>> && !std::is_pointer_v<T>;

} // namespace detail

template <class Signature>
class activity;

/// Declares an activity: a function with side effects that runs at least once, on any thread.
template <class R, class... Args>
class activity<R(Args...)> {
    static_assert((detail::is_value<Args> && ...), "activity parameters are plain values");

  public:
    constexpr explicit activity(std::string_view name) : name_(detail::checked_name(name)) {}
    constexpr std::string_view name() const noexcept { return name_; }

  private:
    std::string_view name_;
};

template <class Signature>
class orchestration;

/// Declares an orchestration: a coroutine whose progress is durable.
template <class R, class... Args>
class orchestration<R(Args...)> {
    static_assert((detail::is_value<Args> && ...), "orchestration parameters are plain values");

  public:
    constexpr explicit orchestration(std::string_view name) : name_(detail::checked_name(name)) {}
    constexpr std::string_view name() const noexcept { return name_; }

  private:
    std::string_view name_;
};

/// Declares an external event that carries a T. Names are compared without regard to case.
template <class T>
class event {
    static_assert(detail::is_value<T>, "an event carries a plain value");

  public:
    constexpr explicit event(std::string_view name) : name_(detail::checked_name(name)) {}
    constexpr std::string_view name() const noexcept { return name_; }

  private:
    std::string_view name_;
};

} // namespace perdure
