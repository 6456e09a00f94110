// SPDX-License-Identifier: Apache-2.0
// The markup of a run, decoded: a byte a pixel, or a note of what is marked while nobody looks.
#pragma once

#include <perdure/inpaint/image.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace erase_app {

namespace pixels = perdure::inpaint;

/// Threads: look() and rest() from any, in_memory() while nobody else does anything.
class kept_markup {
  public:
    explicit kept_markup(pixels::mask decoded);

    pixels::image_size size() const { return size_; }
    std::shared_ptr<const pixels::mask> look();
    /// It is not going to be looked at for a while.
    void rest();
    /// The markup itself.
    pixels::mask& in_memory();

  private:
    /// Pixels from one to before another, counted in rows.
    struct run {
        std::size_t begin, end;
    };

    void wake();

    const pixels::image_size size_;
    std::mutex mutex_;
    std::shared_ptr<pixels::mask> whole_; ///< Null while it rests.
    std::vector<run> marked_; ///< Since it rested first.
};

} // namespace erase_app
