// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace erase_app {

/// Lets go of what is resident of the code and constants of the program and its libraries. What is
/// needed again is mapped again; the system keeps it in its cache of files. Most of what has run by
/// the time a fill begins (loading, starting the engine, reading pictures) never runs again.
void let_go_of_code();

} // namespace erase_app
