// SPDX-License-Identifier: Apache-2.0
// What every stored value ends in, so that damage is noticed whoever did it: the disk, the memory,
// or a bug that puts a good value under a wrong key.
//
//   stored value = value, checksum
//   checksum     = XXH3-64 of the value, seeded with (XXH3-64 of the key, seeded with (XXH3-64 of
//                  the table's name)); 8 bytes, big-endian
#pragma once

#include "store/store.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace perdure::store {

constexpr std::size_t checksum_bytes = 8;
using checksum = std::array<char, checksum_bytes>;

/// XXH3-64.
std::uint64_t digest(std::string_view text, std::uint64_t seed = 0) noexcept;

checksum checksum_of(table where, std::string_view key, std::string_view value) noexcept;

/// The value within what is stored under a key; nothing if the checksum does not match.
std::optional<std::string_view> verified(table where, std::string_view key,
                                         std::string_view stored) noexcept;

} // namespace perdure::store
