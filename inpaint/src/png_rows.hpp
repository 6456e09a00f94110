// SPDX-License-Identifier: Apache-2.0
// The pixels of a PNG: rows are filtered and compressed in bands, each by itself, which takes most
// of the time that it takes to write a picture.
#pragma once

#include <string>

#include "codecs.hpp"

namespace perdure::inpaint {

/// How a PNG holds a picture.
struct png_format {
    explicit png_format(const photo_view& picture);

    std::size_t channels() const;

    bool has_alpha;
    int depth; ///< Bits of a value: 8 or 16.
    int colour_type; ///< As PNG numbers them.
};

/// Appends all IDAT chunks: the same bytes on any number of threads.
void append_image_data(std::string& out, const photo_view& picture, int threads);

} // namespace perdure::inpaint
