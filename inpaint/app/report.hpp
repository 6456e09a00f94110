// SPDX-License-Identifier: Apache-2.0
// The result for programs: one JSON object.
#pragma once

#include "inpaint/app/run.hpp"

#include <string>

namespace erase_app {

/// {"seconds", "levels", "iterations", "activities", "bytes_committed", "energy", "instance",
///  "sha256"}; `instance` is null without a hub, `sha256` is that of the written file.
std::string json_report(const outcome& done, double seconds, const std::string& output_hash);

} // namespace erase_app
