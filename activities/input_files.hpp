// SPDX-License-Identifier: Apache-2.0
// The files of a fill, as a process has them. A run names its files by the SHA-256 of their bytes,
// never by path: the same run goes on from another folder, and no other file can slip in.
#pragma once

#include <perdure/inpaint/image.hpp>

#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace erasing {

/// Pixels that stay where they are as long as this is held.
struct held_pixels {
    perdure::inpaint::image_view seen;
    std::shared_ptr<const void> owner;
};

/// A file on disk, or bytes that the process has made itself.
struct input_file {
    input_file(std::filesystem::path where) : path(std::move(where)) {}
    explicit input_file(std::string made) : bytes(std::move(made)) {}

    std::filesystem::path path; ///< Empty: `bytes` it is.
    std::string bytes;
    /// What the process has decoded already. The file is then not read again.
    std::function<held_pixels()> picture = nullptr;
    std::function<std::shared_ptr<const perdure::inpaint::mask>()> markup = nullptr;
    /// Nobody is going to look at it for a while.
    std::function<void()> rest = nullptr;
};

/// Where this process finds the files, by the SHA-256 of their bytes in hexadecimal digits.
using input_files = std::map<std::string, input_file>;

/// The same, for functions of a hub that is opened while the files are still being read. Activities
/// that ask for a file wait; without a value, because the files are no good, they are interrupted.
using awaited_files = std::shared_future<input_files>;

} // namespace erasing
