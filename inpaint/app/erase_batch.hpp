// SPDX-License-Identifier: Apache-2.0
// A folder of photos and markups, as one durable run.
#pragma once

#include "inpaint/app/options.hpp"
#include "inpaint/app/run.hpp"

namespace erase_app {

/// Erases what can be erased, writes each picture as soon as it is done, and prints the report.
/// Gives whether all went well. The hub goes only then, unless it is to be kept: mended and asked
/// for again, only what failed is done. Throws refusal, interruption, or whatever the libraries
/// throw.
bool erase_batch(const options& chosen, const stop_question& must_stop);

} // namespace erase_app
