// SPDX-License-Identifier: Apache-2.0
// Bytes ⇄ steps and messages, in protobuf wire format:
//
//   event   = KIND: its fields            exactly one; an unknown kind is an error, never skipped
//   step    = 1: time  2: not evaluated  3: arrived event, repeated  4: decided event, repeated
//             5: scope
//   message = 1: sender  2: sender's execution  3: execution addressed  4: event
//
// The decoders are total: any bytes give a value or error (storage).
#pragma once

#include "history/event.hpp"

#include <string>
#include <string_view>

namespace perdure::history {

std::string encode(const step& value);
std::string encode(const message& value);
step decode_step(std::string_view stored);
message decode_message(std::string_view stored);

} // namespace perdure::history
