// SPDX-License-Identifier: Apache-2.0
// One pair of functions per file format; `name` is what errors call the picture.
#pragma once

#include <string>
#include <string_view>

#include "perdure/inpaint/image_io.hpp"

namespace perdure::inpaint {

bool is_png(std::string_view bytes);
image decode_png(std::string_view bytes, std::string_view name, const image_limits& limits);
std::string encode_png(const image& picture);

bool is_jpeg(std::string_view bytes);
image decode_jpeg(std::string_view bytes, std::string_view name, const image_limits& limits);
std::string encode_jpeg(const image& picture);

/// Throws image_error when a picture of this size may not be decoded.
void require_within_limits(std::uint64_t width, std::uint64_t height, std::string_view name,
                           const image_limits& limits);

} // namespace perdure::inpaint
