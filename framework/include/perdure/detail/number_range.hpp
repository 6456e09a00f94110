// SPDX-License-Identifier: Apache-2.0
// Numbers that do not fit. nlohmann/json casts them without looking at their range, which changes
// some and is undefined for others.
#pragma once

#include <nlohmann/json.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace perdure::detail {

[[noreturn]] void throw_conversion(const char* what);

template <std::integral T>
bool fits(const nlohmann::json& number) {
    using limits = std::numeric_limits<T>;
    if (number.is_number_unsigned())
        return number.get<std::uint64_t>() <= static_cast<std::uint64_t>(limits::max());
    if (number.is_number_integer()) // and below zero
        return number.get<std::int64_t>() >= static_cast<std::int64_t>(limits::min());
    const auto value = number.get<double>();
    return value == std::trunc(value) && value >= static_cast<double>(limits::min()) &&
           value < std::ldexp(1.0, limits::digits);
}

template <std::floating_point T>
bool fits(const nlohmann::json& number) {
    return std::abs(number.get<double>()) <= static_cast<double>(std::numeric_limits<T>::max());
}

template <class T>
inline constexpr bool is_tuple = false;
template <class... Parts>
inline constexpr bool is_tuple<std::tuple<Parts...>> = true;
template <class First, class Second>
inline constexpr bool is_tuple<std::pair<First, Second>> = true;

template <class T>
void require_fitting_numbers(const nlohmann::json& value);

/// Of those parts that are there: one that is missing is noticed by the conversion, but later.
template <class Tuple, std::size_t... Index>
void require_fitting_parts(const nlohmann::json& parts, std::index_sequence<Index...>) {
    const auto check = [&]<std::size_t Number>(std::integral_constant<std::size_t, Number>) {
        if (Number < parts.size())
            require_fitting_numbers<std::tuple_element_t<Number, Tuple>>(parts[Number]);
    };
    (check(std::integral_constant<std::size_t, Index>{}), ...);
}

/// Throws error (conversion) if a number in `value` does not fit where it will go in a T: in plain
/// numbers, and in tuples, sequences and maps of them. Members of structs are not seen.
template <class T>
void require_fitting_numbers(const nlohmann::json& value) {
    if constexpr (std::is_arithmetic_v<T>) {
        if (value.is_number() && !fits<T>(value))
            throw_conversion("a number is out of the range of its type, or has a fraction that "
                             "its type has not");
    } else if constexpr (is_tuple<T>) {
        if (value.is_array())
            require_fitting_parts<T>(value, std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (requires { typename T::mapped_type; }) {
        if (value.is_object())
            for (const auto& each : value)
                require_fitting_numbers<typename T::mapped_type>(each);
    } else if constexpr (requires { typename T::value_type; } &&
                         !std::is_same_v<T, nlohmann::json>) {
        if (value.is_array())
            for (const auto& each : value)
                require_fitting_numbers<typename T::value_type>(each);
    }
}

} // namespace perdure::detail
