// SPDX-License-Identifier: Apache-2.0
#include "sim/command.hpp"

#include <algorithm>
#include <charconv>

namespace perdure::sim {

bool arguments::has(std::string_view option) const {
    return std::find(given_.begin(), given_.end(), option) != given_.end();
}

bool arguments::flag(std::string_view option) {
    return std::erase(given_, option) != 0;
}

std::string arguments::text(std::string_view option, std::string otherwise) {
    const auto found = std::find(given_.begin(), given_.end(), option);
    if (found == given_.end())
        return otherwise;
    if (found + 1 == given_.end())
        throw wrong_usage(std::string(option) + " lacks its value");
    std::string value = std::move(*(found + 1));
    given_.erase(found, found + 2);
    return value;
}

std::uint64_t arguments::number(std::string_view option, std::uint64_t otherwise,
                                std::uint64_t least) {
    return parse_number(option, text(option, std::to_string(otherwise)), least);
}

void arguments::end() const {
    if (!given_.empty())
        throw wrong_usage("'" + given_.front() + "' is not an argument of this command");
}

std::uint64_t parse_number(std::string_view option, std::string_view text, std::uint64_t least) {
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size() || value < least)
        throw wrong_usage(std::string(option) + " takes a number from " + std::to_string(least) +
                          " up, not '" + std::string(text) + "'");
    return value;
}

} // namespace perdure::sim
