// SPDX-License-Identifier: Apache-2.0
// The other way to erase: seams (paths of one pixel a row) are taken out over the markup until
// nothing of it is left, then as many are put in elsewhere, so that the picture has its size again
// (Avidan and Shamir, SIGGRAPH 2007). Unlike a fill it moves pixels all over the picture, bends
// lines, and copies nothing. For comparison.
#pragma once

#include <functional>
#include <stop_token>

#include "perdure/inpaint/image.hpp"

namespace perdure::inpaint {

struct carve_options {
    /// Seams done (taken out or put in) and their number as far as is known; from the thread that
    /// called, after each seam.
    std::function<void(int done, int expected)> progress;
    std::stop_token stop;
};

struct carve_result {
    image picture; ///< Of the size of the input.
    int seam_count = 0; ///< Taken out, and put in again.
    bool is_horizontal = false; ///< Seams run from left to right; otherwise from top to bottom.
    bool was_stopped = false; ///< Stop was requested: picture is the input, unchanged.
};

/// Seams run in the direction in which fewer are needed. Equal input gives equal pixels. Throws
/// image_error for input that validate_picture() or validate_markup() refuses, or when the markup
/// leaves too little to take seams from.
/// Threads: may be called from several threads at once; shares nothing.
carve_result carve(const image& picture, const mask& markup, const carve_options& options = {});

} // namespace perdure::inpaint
