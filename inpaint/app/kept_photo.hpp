// SPDX-License-Identifier: Apache-2.0
// The photo of a run, decoded: in memory at first, later perhaps in a copy on disk.
#pragma once

#include "activities/input_files.hpp"
#include "inpaint/app/photo_copy.hpp"

#include <perdure/inpaint/photo.hpp>

#include <filesystem>
#include <future>
#include <memory>
#include <mutex>

namespace erase_app {

/// Threads: look() from any, also while a copy is being made; everything else from one, and what
/// changes pixels only when nobody looks any more.
class kept_photo {
  public:
    explicit kept_photo(pixels::photo decoded);
    explicit kept_photo(photo_copy copied);

    pixels::image_size size() const { return size_; }
    erasing::held_pixels look() const;

    /// Begins to copy it there, if that is worth it. When the copy is done, it takes the photo's
    /// place, and the memory is free as soon as nobody looks at it any more.
    void copy_to(const std::filesystem::path& file);
    /// Waits until nothing is being written any more.
    void settle();

    /// The photo itself. Only of one that was not copied.
    pixels::photo& in_memory();

    struct editable {
        pixels::photo_pixels pixels;
        const pixels::picture_details& details;
    };
    /// To be changed and encoded, as long as this lives.
    editable edit();

  private:
    struct place;

    std::shared_ptr<place> where() const;

    const pixels::image_size size_;
    mutable std::mutex mutex_;
    std::shared_ptr<place> where_;
    std::future<void> copying_; ///< Last: its end waits for the thread.
};

} // namespace erase_app
