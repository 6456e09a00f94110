// SPDX-License-Identifier: Apache-2.0
// The in-process driver: the same steps as the durable pipeline, on threads of this process.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/image.hpp"
#include "perdure/inpaint/settings.hpp"

namespace perdure::inpaint {

/// Reported after every pass, from the thread that called fill().
struct fill_progress {
    int level_index = 0; // counts down to 0, the finest
    int level_count = 0;
    int iteration = 0;
    std::uint64_t pixel_count = 0; // hole pixels of the level
    std::uint64_t changed_count = 0; // of those, changed by this pass
    std::uint64_t energy = 0; // sum of match costs
};

struct fill_options {
    int threads = 1; // 1..256
    std::function<void(const fill_progress&)> progress;
    /// What the hole looks like at each level when its passes are done, from the thread that called
    /// fill(). Contrast and light of the finest are seen to after that.
    std::function<void(int level_index, int level_count, const image& seen)> preview;
    std::stop_token stop;
};

/// What belongs into the hole, pixel by pixel in scan order.
struct filled_hole {
    colours pixels;
    std::uint64_t energy = 0; // see energy() in steps.hpp
    bool was_stopped = false; // stop was requested: there are no pixels
};

struct fill_result {
    image picture;
    std::uint64_t energy = 0; // see energy() in steps.hpp
    bool was_stopped = false; // stop was requested: picture is the input, unchanged
};

/// Fills the marked pixels with pixels copied from elsewhere in the picture. Throws image_error
/// for input that validate() or validate_settings() refuses; rethrows what the callback throws.
/// Threads: may be called from several threads at once; shares nothing.
filled_hole fill_hole(const image& picture, const mask& markup, std::span<const mask> donors = {},
                      const settings& chosen = {}, const fill_options& options = {});

/// A picture and its markup whose memory a fill may use.
struct lent_pixels {
    image& picture;
    mask& markup;
};

/// The same in less memory: while this runs, `rgb` and `flags` are not there. They are as they were
/// when it returns or throws, unless memory runs out; the callbacks must not look at them.
filled_hole fill_hole(lent_pixels given, std::span<const mask> donors = {},
                      const settings& chosen = {}, const fill_options& options = {});

/// The same, with the pixels in a copy of the picture.
fill_result fill(const image& picture, const mask& markup, std::span<const mask> donors = {},
                 const settings& chosen = {}, const fill_options& options = {});

} // namespace perdure::inpaint
