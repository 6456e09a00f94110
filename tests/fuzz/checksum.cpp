// SPDX-License-Identifier: Apache-2.0
// The checksum of a row: what it was made for is accepted, and nothing that differs in one byte, in
// its key or in its table.
#include "target.hpp"

#include "store/checksum.hpp"

#include <string>

using namespace perdure::store;

namespace {

std::string with_checksum(table where, std::string_view key, std::string_view value) {
    std::string stored(value);
    const checksum sum = checksum_of(where, key, value);
    return stored.append(sum.begin(), sum.end());
}

} // namespace

void fuzz::test(std::string_view bytes) {
    source in(bytes);
    const auto where = static_cast<table>(in.number(table_count - 1));
    const auto elsewhere = static_cast<table>(in.number(table_count - 1));
    const std::size_t position = in.byte();
    const std::uint8_t change = in.byte();
    const std::string key(in.text());
    const std::string_view value = in.rest();

    std::string stored = with_checksum(where, key, value);
    require(verified(where, key, stored) == value, "what was written is accepted");
    if (elsewhere != where)
        require(!verified(elsewhere, key, stored), "a row of another table is refused");
    require(!verified(where, key + '\0', stored), "a row under another key is refused");
    require(!verified(where, key, std::string_view(stored).substr(1)), "a cut row is refused");
    if (change != 0) {
        char& changed = stored[position % stored.size()];
        changed = static_cast<char>(changed ^ change);
        require(!verified(where, key, stored), "a changed byte is refused");
    }
    if (const auto found = verified(where, key, value))
        require(with_checksum(where, key, *found) == value, "what is accepted was written");
}
