// SPDX-License-Identifier: Apache-2.0
// Identities and time: how instances and entities are named, and how instants are expressed.
#pragma once

#include <chrono>
#include <compare>
#include <string>
#include <string_view>

namespace perdure {

/// Milliseconds since 1970 in UTC, the resolution of everything durable.
using timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

namespace detail {
/// `delay` after `from`, or the end of time.
constexpr timestamp later(timestamp from, std::chrono::milliseconds delay) noexcept {
    return delay > timestamp::max() - from ? timestamp::max() : from + delay;
}
} // namespace detail

/// Names an entity: its kind (case-insensitive, kept in lower case) and its key (kept exactly).
struct entity_id {
    std::string name;
    std::string key;

    /// `@name@key`.
    std::string text() const;
    /// Parses `@name@key`; the key may hold anything, also `@`. Throws error (invalid_argument).
    static entity_id parse(std::string_view text);

    friend auto operator<=>(const entity_id&, const entity_id&) = default;
};

/// Throws error (invalid_argument) unless `id` may name an instance: 1 to 256 bytes, no control
/// characters, not starting with '@'.
void require_instance_id(std::string_view id);

} // namespace perdure
