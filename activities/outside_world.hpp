// SPDX-License-Identifier: Apache-2.0
// Activities of the patterns "monitor" and "human interaction": they touch the outside world, which
// is handed over at registration. Look at how a program passes real devices and a test passes its
// own functions.
#pragma once

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <functional>
#include <string>

namespace patterns {

/// Whether the sky over a place is clear at this moment.
inline constexpr perdure::activity<bool(std::string)> is_sky_clear{"is_sky_clear"};

/// Sends a text to a person.
inline constexpr perdure::activity<void(std::string, std::string)> send_message{"send_message"};

/// What the activities use. Both functions are called from several threads, and again for the same
/// call after a crash: a message carries an id, so that the receiver can drop one that it knows.
struct outside_world {
    std::function<bool(const std::string& place)> is_clear;
    std::function<void(const std::string& id, const std::string& person, const std::string& text)>
        send;
};

void register_outside_world(perdure::registry& functions, outside_world world);

} // namespace patterns
