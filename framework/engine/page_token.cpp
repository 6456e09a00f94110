// SPDX-License-Identifier: Apache-2.0
#include "engine/page_token.hpp"

#include "base/random.hpp"

#include <perdure/error.hpp>

#include <array>

namespace perdure::engine {
namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::size_t sum_digits = 16;

std::string hex(std::uint64_t number) {
    std::string text(sum_digits, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4)
        *digit = digits[number & 15];
    return text;
}

std::string hex(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

/// A number that tells filters apart.
std::string sum_of(const instance_filter& filter) {
    std::string text = filter.name + '\0' + filter.id_prefix + '\0';
    for (const runtime_status each : filter.statuses)
        text += static_cast<char>(each);
    for (const auto& bound : {filter.created_from, filter.created_to})
        text += '\0' + (bound ? std::to_string(bound->time_since_epoch().count()) : "any");
    return hex(base::seed_of(text));
}

/// Ends the token: what was cut, altered or made up is told from what was given.
std::string seal(std::string_view content) {
    return hex(base::seed_of("perdure page " + std::string(content)));
}

[[noreturn]] void refuse(const char* why) {
    throw error(errc::invalid_argument, std::string("page token: ") + why);
}

std::string unhex(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(digits.find(text[i]) * 16 + digits.find(text[i + 1]));
    return bytes;
}

} // namespace

std::string make_token(const instance_filter& of, std::string_view last_id) {
    const std::string content = sum_of(of) + hex(last_id);
    return content + seal(content);
}

std::string parse_token(const instance_filter& of, std::string_view token) {
    if (token.size() < 2 * sum_digits)
        refuse("it is not one that a query gave; begin without one");
    const std::string_view content = token.substr(0, token.size() - sum_digits);
    if (token.substr(content.size()) != seal(content))
        refuse("it is not one that a query gave; begin without one");
    if (content.substr(0, sum_digits) != sum_of(of))
        refuse("it is of a query with another filter; repeat that filter, or begin without a token");
    return unhex(content.substr(sum_digits));
}

} // namespace perdure::engine
