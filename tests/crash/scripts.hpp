// SPDX-License-Identifier: Apache-2.0
// What the killed hub runs: an orchestration for every script, and their activities.
#pragma once

#include <perdure/perdure.hpp>

#include <cstdint>
#include <future>

namespace perdure::crash {

inline constexpr event<int> noted{"noted"};
inline constexpr int stop_note = -1;

registry functions();

/// Starts the script of that request; see client::start_async.
std::future<std::string> start(client& to, std::uint64_t request, start_options options = {});

} // namespace perdure::crash
