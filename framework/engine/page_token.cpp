// SPDX-License-Identifier: Apache-2.0
//   token = hexadecimal digits of: digest of key and fingerprint (8 bytes), key
#include "engine/page_token.hpp"

#include "store/checksum.hpp"

#include <perdure/error.hpp>

#include <charconv>
#include <cstdint>

namespace perdure::engine {
namespace {

constexpr std::size_t digest_digits = 16;

void append_hex(std::string& text, std::uint64_t value, int digits) {
    static constexpr char digit[] = "0123456789abcdef";
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        text += digit[(value >> shift) & 15];
}

[[noreturn]] void refuse() {
    throw error(errc::invalid_argument, "the token is not one that this query gave; begin again "
                                        "without a token");
}

} // namespace

std::string token_of(std::string_view key, std::string_view fingerprint) {
    std::string token;
    append_hex(token, store::digest(key, store::digest(fingerprint)), digest_digits);
    for (const char each : key)
        append_hex(token, static_cast<unsigned char>(each), 2);
    return token;
}

std::string key_of_token(std::string_view token, std::string_view fingerprint) {
    if (token.size() < digest_digits || token.size() % 2 != 0)
        refuse();
    std::string key;
    for (std::size_t i = digest_digits; i < token.size(); i += 2) {
        unsigned byte = 0;
        const char* const end = token.data() + i + 2;
        if (std::from_chars(token.data() + i, end, byte, 16).ptr != end)
            refuse();
        key += static_cast<char>(byte);
    }
    if (token_of(key, fingerprint) != token)
        refuse();
    return key;
}

} // namespace perdure::engine
