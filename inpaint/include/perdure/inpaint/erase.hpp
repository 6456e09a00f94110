// SPDX-License-Identifier: Apache-2.0
// Erasing in pixels that the caller owns, whatever he keeps them in. No files, no engine, no state
// that outlives a call:
//
//   std::vector<std::uint8_t> rgb = ..., marks = ...;  // 3 values and 1 value per pixel
//   erase(view8{rgb, width, height, pixel_layout::rgb}, area_view{marks, width, height});
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "perdure/inpaint/fill.hpp"
#include "perdure/inpaint/settings.hpp"

namespace perdure::inpaint {

/// The values of a pixel, side by side in the order of their names; the number is how many.
/// Alpha is not premultiplied.
enum class pixel_layout : std::uint8_t { grey = 1, grey_alpha = 2, rgb = 3, rgba = 4 };

/// A picture in somebody's memory: rows from top to bottom, pixels from left to right.
template <class Value>
struct pixel_view {
    /// From the first value of the top left pixel to the last one of the bottom right pixel, at
    /// least. 8 bits are 0 to 255, 16 bits are 0 to 65535 in the machine's byte order.
    std::span<Value> values;
    int width = 0; ///< Pixels, 1 to 65535.
    int height = 0;
    pixel_layout layout = pixel_layout::rgb;
    std::size_t stride = 0; ///< Values (not bytes) from one row to the next; 0: no gaps.
};

using view8 = pixel_view<std::uint8_t>;
using view16 = pixel_view<std::uint16_t>;

/// One value per pixel: 0 is outside, anything else inside.
struct area_view {
    std::span<const std::uint8_t> values;
    int width = 0;
    int height = 0;
    std::size_t stride = 0; ///< As above.
};

struct erase_result {
    std::uint64_t energy = 0; ///< In thousandths, see energy() in steps.hpp; less is better.
    bool was_stopped = false; ///< fill_options::stop was requested: no pixel has changed.
};

/// Replaces the marked pixels by pixels from elsewhere in the picture, or from the part of a donor
/// that lies outside the markup, and makes them opaque. Nothing else in the buffer is written, nor
/// is anything written before all is computed. A marked pixel of 16 bits gets 8 bits times 257.
/// Progress comes from the calling thread, after every pass. Throws image_error for views that do
/// not hold what they say, and whatever fill() throws.
/// Threads: any number of calls at once, on pictures that do not overlap.
erase_result erase(const view8& picture, const area_view& markup,
                   std::span<const area_view> donors = {}, const settings& chosen = {},
                   const fill_options& options = {});
erase_result erase(const view16& picture, const area_view& markup,
                   std::span<const area_view> donors = {}, const settings& chosen = {},
                   const fill_options& options = {});

} // namespace perdure::inpaint
