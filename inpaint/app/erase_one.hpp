// SPDX-License-Identifier: Apache-2.0
// One photo, one markup, one output.
#pragma once

#include "inpaint/app/options.hpp"
#include "inpaint/app/run.hpp"

namespace erase_app {

/// Checks everything before anything is created, erases, writes what was asked for and prints the
/// report. Throws refusal, interruption, or whatever the libraries throw.
void erase_one(const options& chosen, const stop_question& must_stop);

} // namespace erase_app
