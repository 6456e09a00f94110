// SPDX-License-Identifier: Apache-2.0
// What a start of an instance, or an event for one, may ask for.
#pragma once

#include <perdure/ids.hpp>
#include <perdure/status.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace perdure {

/// When an id that has been used may be given to a new instance, which then takes the place of the
/// old one. While the old one has not finished, never.
enum class id_reuse : std::uint8_t {
    if_finished, ///< When it has finished, however it ended. The default.
    if_failed, ///< When it has finished, but was not completed: what succeeded is not done again.
    never, ///< The id is used once.
};

struct start_options {
    /// Instance id; empty: a new random one. A start is repeated safely, after an answer that got
    /// lost, with the same id, function, input and `key`: while the instance has not finished, that
    /// changes nothing and succeeds. Afterwards it depends on `key` and `reuse`.
    std::string instance = {};

    /// Called once when the instance has finished or is held, after that is on disk, on a thread of
    /// the engine: it must neither block nor throw. Not kept across a restart.
    std::function<void(const instance_status&)> on_finished = {};

    /// Whether the start may reuse an id. Where it may not, repeating a start still succeeds and
    /// changes nothing, also after the end; another start throws error (instance_exists).
    id_reuse reuse = id_reuse::if_finished;

    /// Names this start, such as an order number or a UUID drawn before the first try, at most 256
    /// bytes: repeating it with the same key never runs anything twice, whether its instance has
    /// finished or the id was reused since. An instance id remembers its 32 latest keys.
    std::string key = {};

    /// Not before: until then the instance is Pending, on disk, and events for it are kept. On the
    /// hub's clock; in the past: at once.
    timestamp start_at = {};
    /// The same from now on. The later of the two counts.
    std::chrono::milliseconds delay{0};
};

struct raise_options {
    /// Names this event, at most 256 bytes: raising it again with the same key, after an answer
    /// that got lost, succeeds and changes nothing, also when the instance has ended or continued
    /// as new. An instance remembers its 1000 latest keys.
    std::string key = {};

    /// Keeps the event that long if there is no such instance yet, instead of refusing it: it is
    /// delivered, in order, when one is started. At most 100 events are kept for an id, or 1 MiB of
    /// values; one more throws error (limit_exceeded). On the hub's clock.
    std::chrono::milliseconds keep_for{0};
};

/// For orchestrations that start others and do not wait for them.
struct detached_options {
    std::string instance = {}; ///< Empty: a deterministic id of its own.
    timestamp start_at = {}; ///< Not before; default: at once.
};

namespace detail {
constexpr std::size_t request_key_max = 256; ///< Bytes.
constexpr std::size_t start_keys_max = 32; ///< Remembered per instance id.
constexpr std::size_t event_keys_max = 1000; ///< Remembered per instance.
constexpr std::size_t kept_events_max = 100; ///< Per id.
constexpr std::size_t kept_bytes_max = std::size_t{1} << 20; ///< Per id.
} // namespace detail

} // namespace perdure
