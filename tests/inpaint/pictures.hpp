// SPDX-License-Identifier: Apache-2.0
// Small generated pictures and folders for the tests of the pixel library.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>

#include <unistd.h>

#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/image.hpp"

namespace perdure::inpaint::pictures {

inline void paint(image& picture, int x, int y, int red, int green, int blue) {
    const std::size_t i =
        3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.size.width) +
             static_cast<std::size_t>(x));
    picture.rgb[i] = static_cast<std::uint8_t>(red);
    picture.rgb[i + 1] = static_cast<std::uint8_t>(green);
    picture.rgb[i + 2] = static_cast<std::uint8_t>(blue);
}

/// A regular pattern with a slow shade and a little fixed noise.
inline image pattern(int width, int height) {
    image picture(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const int stripe = (x / 4 + y / 8) % 2 == 0 ? 60 : 0;
            const int noise = (x * 7919 + y * 104729 + x * y * 31) % 13;
            paint(picture, x, y, 80 + stripe + noise, 60 + y / 2 + noise, 40 + x / 2 + stripe);
        }
    return picture;
}

/// The left part is reddish, the right part bluish.
inline image two_halves(int width, int height) {
    image picture(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const int noise = (x * 31 + y * 17 + x * y) % 20;
            const bool is_left = x < width / 2;
            paint(picture, x, y, is_left ? 200 + noise : 20, 60 + noise,
                  is_left ? 20 : 200 + noise);
        }
    return picture;
}

inline mask rectangle(image_size size, int left, int top, int right, int bottom) {
    mask area(size.width, size.height);
    for (int y = top; y < bottom; ++y)
        for (int x = left; x < right; ++x)
            area.set(x, y);
    return area;
}

/// An empty folder that is gone again at the end of the test.
class folder {
  public:
    folder() {
        static std::atomic<int> counter = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("perdure-inpaint-" + std::to_string(::getpid()) + "-" + std::to_string(counter++));
        std::filesystem::create_directories(path_);
    }
    ~folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

    std::size_t file_count() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path_))
            ++count;
        return count;
    }

  private:
    std::filesystem::path path_;
};

/// The sentence of the image_error that `action` throws, or "" when it throws none.
template <typename Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const image_error& error) {
        return error.what();
    }
    return "";
}

} // namespace perdure::inpaint::pictures
