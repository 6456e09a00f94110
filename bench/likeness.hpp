// SPDX-License-Identifier: Apache-2.0
// How much a filled picture is like the true one, where it was filled, and how detailed.
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

/// The mean gradient of the grey picture in the area as a share of the truth's: 1 is as it should
/// be, less is blurred, more is noisy. The outermost pixels of the area, whose gradient is the step
/// to what lies around it, do not count, unless there are no others.
double detail_in(const inpaint::mask& area, const inpaint::image& filled,
                 const inpaint::image& truth);

/// The same where the truth is not known, as a share of what lies around the area: 3 to 24 pixels
/// away, in rows and columns. NaN if there is no such pixel.
double detail_in(const inpaint::mask& area, const inpaint::image& filled);

} // namespace perdure::bench
