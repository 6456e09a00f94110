// SPDX-License-Identifier: Apache-2.0
// The two pictures everything starts from: an 8-bit image and the mask of pixels to be removed.
// Both are plain values; encode() gives compact versioned bytes and decode() accepts nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace perdure::inpaint {

/// Width and height in pixels; a side is at most side_max so that positions fit 16 bits.
struct image_size {
    static constexpr int side_max = 65535;

    int width = 0;
    int height = 0;

    std::size_t pixel_count() const {
        return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    }
    bool operator==(const image_size&) const = default;
};

/// An 8-bit RGB picture, rows from top to bottom, with an alpha plane when the file had one.
struct image {
    image_size size;
    std::vector<std::uint8_t> rgb; // 3 bytes per pixel
    std::vector<std::uint8_t> alpha; // 1 byte per pixel, or empty

    image() = default;
    /// A black, opaque picture. Throws image_error when a side is not in 1..side_max.
    image(int width, int height);

    bool operator==(const image&) const = default;

    std::string encode() const;
    /// Throws image_error for anything but bytes made by encode().
    static image decode(std::string_view bytes);
};

/// The pixels of an image, wherever they lie.
struct image_view {
    image_size size;
    std::span<const std::uint8_t> rgb; // as in image
    std::span<const std::uint8_t> alpha; // likewise
    /// The system can read them again from a file: who has seen them gives their memory back.
    bool is_mapped = false;

    image_view() = default;
    image_view(const image& whole) : size(whole.size), rgb(whole.rgb), alpha(whole.alpha) {}
};

/// One flag per pixel: true = belongs to the area (to be removed, or painted as a donor).
struct mask {
    image_size size;
    std::vector<std::uint8_t> flags; // 0 or 1 per pixel

    mask() = default;
    /// An empty area. Throws image_error when a side is not in 1..side_max.
    mask(int width, int height);

    bool at(int x, int y) const { return flags[index(x, y)] != 0; }
    void set(int x, int y, bool flag = true) { flags[index(x, y)] = flag ? 1 : 0; }
    std::size_t count() const;

    bool operator==(const mask&) const = default;

    /// One bit per pixel.
    std::string encode() const;
    /// Throws image_error for anything but bytes made by encode().
    static mask decode(std::string_view bytes);

  private:
    std::size_t index(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) +
               static_cast<std::size_t>(x);
    }
};

} // namespace perdure::inpaint
