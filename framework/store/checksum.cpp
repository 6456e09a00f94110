// SPDX-License-Identifier: Apache-2.0
#include "store/checksum.hpp"

#define XXH_INLINE_ALL // most values are short: a call would cost as much as the work
#include <xxhash.h>

#include <cstring>

namespace perdure::store {
namespace {

std::uint64_t seed_of(table where) noexcept {
    static const auto seeds = [] {
        std::array<std::uint64_t, table_count> made{};
        for (std::size_t i = 0; i < table_count; ++i)
            made[i] = digest(name_of(static_cast<table>(i)));
        return made;
    }();
    return seeds[static_cast<std::size_t>(where)];
}

} // namespace

std::uint64_t digest(std::string_view text, std::uint64_t seed) noexcept {
    return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

checksum checksum_of(table where, std::string_view key, std::string_view value) noexcept {
    XXH64_canonical_t bytes;
    XXH64_canonicalFromHash(&bytes, digest(value, digest(key, seed_of(where))));
    checksum sum;
    static_assert(sizeof bytes == sizeof sum);
    std::memcpy(sum.data(), &bytes, sizeof bytes);
    return sum;
}

std::optional<std::string_view> verified(table where, std::string_view key,
                                         std::string_view stored) noexcept {
    if (stored.size() < checksum_bytes)
        return std::nullopt;
    const std::string_view value = stored.substr(0, stored.size() - checksum_bytes);
    const checksum expected = checksum_of(where, key, value);
    if (std::memcmp(expected.data(), stored.data() + value.size(), checksum_bytes) != 0)
        return std::nullopt;
    return value;
}

} // namespace perdure::store
