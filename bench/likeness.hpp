// SPDX-License-Identifier: Apache-2.0
// How much a filled picture is like the true one, where it was filled.
#pragma once

#include <perdure/inpaint/image.hpp>

namespace perdure::bench {

struct likeness {
    double psnr = 0; ///< Decibels, over all channels; 99 if nothing differs.
    /// Structural similarity (Wang et al. 2004) of the grey pictures, 1 if nothing differs: the
    /// mean over the area, seen through a Gaussian window of 11 x 11 pixels.
    double ssim = 0;
};

/// The pictures have the size of the area, which is not empty.
likeness compare_in(const inpaint::mask& area, const inpaint::image& truth,
                    const inpaint::image& filled);

} // namespace perdure::bench
