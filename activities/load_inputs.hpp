// SPDX-License-Identifier: Apache-2.0
// The first look at the files of a fill. They stay where they are: a run is named by what is in
// them, so whoever goes on with it has them, and a hub needs no copy.
#pragma once

#include "activities/decoded.hpp"

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <string>

namespace erasing {

/// SHA-256 in hexadecimal digits to the loaded file. Fails with one sentence if the file is not a
/// picture, is above the pixel budget or is no longer what it was.
///
/// A file that this process was not told about is left for one that was: this activity and all
/// that need the file stay outstanding and run when the hub is next opened.
inline constexpr perdure::activity<loaded_picture(std::string)> load_picture{"load_picture"};
inline constexpr perdure::activity<loaded_picture(std::string)> load_markup{"load_markup"};

void add_load_inputs(perdure::registry& functions, const decoded_pointer& decoded);

} // namespace erasing
