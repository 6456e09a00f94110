// SPDX-License-Identifier: Apache-2.0
// The files of a fill become blobs. A run names its files by the SHA-256 of their bytes, never by
// path: the same run goes on from another folder, and no other file can slip in.
#pragma once

#include "activities/fill_values.hpp"

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <utility>

namespace erasing {

/// SHA-256 in hexadecimal digits to the loaded file. Fails with one sentence if the file is not a
/// picture, is above the pixel budget or is no longer what it was.
inline constexpr perdure::activity<loaded_picture(std::string)> load_picture{"load_picture"};
inline constexpr perdure::activity<loaded_picture(std::string)> load_markup{"load_markup"};

/// A file on disk, or bytes that the process has made itself.
struct input_file {
    input_file(std::filesystem::path where) : path(std::move(where)) {}
    explicit input_file(std::string made) : bytes(std::move(made)) {}

    std::filesystem::path path; ///< Empty: `bytes` it is.
    std::string bytes;
};

/// Where this process finds the files, by the SHA-256 of their bytes.
using input_files = std::map<std::string, input_file>;

/// A file that this process was not told about is left for one that was: the activity stays
/// outstanding and runs when the hub is next opened.
void add_load_inputs(perdure::registry& functions, input_files files);

} // namespace erasing
