// SPDX-License-Identifier: Apache-2.0
#include "bench/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace perdure::bench {
namespace {

template <class Number>
std::optional<Number> parse(std::string_view text) {
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, value);
    if (text.empty() || failed != std::errc{} || stopped != end)
        return std::nullopt;
    return value;
}

} // namespace

bool arguments::flag(std::string_view option) {
    const auto found = std::find(given_.begin(), given_.end(), option);
    if (found == given_.end())
        return false;
    given_.erase(found);
    return true;
}

std::optional<std::string> arguments::text(std::string_view option) {
    const auto found = std::find(given_.begin(), given_.end(), option);
    if (found == given_.end())
        return std::nullopt;
    if (found + 1 == given_.end() || (found + 1)->starts_with("--"))
        throw wrong_usage(std::string(option) + " lacks its value");
    std::string value = std::move(*(found + 1));
    given_.erase(found, found + 2);
    return value;
}

std::uint64_t arguments::number(std::string_view option, std::uint64_t otherwise,
                                std::uint64_t least, std::uint64_t most) {
    const auto given = text(option);
    if (!given)
        return otherwise;
    const auto value = parse<std::uint64_t>(*given);
    if (value && *value >= least && *value <= most)
        return *value;
    const bool is_open = most == std::numeric_limits<std::uint64_t>::max();
    throw wrong_usage(std::string(option) + " takes a whole number from " + std::to_string(least) +
                      (is_open ? " up" : " to " + std::to_string(most)) + ", not '" + *given + "'");
}

double arguments::seconds(std::string_view option, double otherwise, double least) {
    const auto given = text(option);
    if (!given)
        return otherwise;
    const auto value = parse<double>(*given);
    if (value && std::isfinite(*value) && *value >= least)
        return *value;
    const std::string from = std::to_string(least);
    throw wrong_usage(std::string(option) + " takes seconds, from " + from.substr(0, 4) +
                      " up, not '" + *given + "'");
}

std::string arguments::choice(std::string_view option, const std::vector<std::string>& words) {
    const auto given = text(option);
    if (!given)
        return words.front();
    if (std::find(words.begin(), words.end(), *given) != words.end())
        return *given;
    std::string known;
    for (const auto& each : words)
        known += (known.empty() ? "" : &each == &words.back() ? " or " : ", ") + each;
    throw wrong_usage(std::string(option) + " is " + known + ", not '" + *given + "'");
}

void arguments::end() const {
    if (!given_.empty())
        throw wrong_usage("'" + given_.front() +
                          "' is no option of this benchmark, or is given twice");
}

} // namespace perdure::bench
