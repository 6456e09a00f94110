// SPDX-License-Identifier: Apache-2.0
// The result for programs: one JSON object.
#pragma once

#include "inpaint/app/cost.hpp"
#include "inpaint/app/run.hpp"

#include <string>

namespace erase_app {

/// {"method", "seconds", "levels", "iterations", "seams", "activities", "bytes_committed",
/// "energy", "instance", "ready_seconds", "sha256", "cost": see cost.hpp}. `instance` and
/// `ready_seconds`, the time until activities could work, are null without a hub; `sha256` is that
/// of the written file.
std::string json_report(const outcome& done, const cost& spent, const std::string& output_hash);

} // namespace erase_app
