// SPDX-License-Identifier: Apache-2.0
// What activities read, as the values it stands for: files, levels, and the fields and colours in
// blobs. Each is read by many activities, so it is decoded or built once and kept for a while, by a
// name that never means anything else. Nobody can notice except by the clock.
#pragma once

#include "activities/fill_values.hpp"
#include "activities/input_files.hpp"

#include <perdure/activity.hpp>
#include <perdure/inpaint/field.hpp>
#include <perdure/inpaint/level.hpp>

#include <memory>
#include <string>

namespace erasing {

/// Threads: all members from any thread; of several that ask for the same at once, one makes it.
class decoded_values {
  public:
    /// `threads`: how many an activity may use that has the machine to itself.
    explicit decoded_values(input_files files, int threads = 1);
    decoded_values(awaited_files files, int threads);
    ~decoded_values();

    int threads() const { return threads_; }

    /// A file's pixels, and its marked pixels. Throws perdure::interrupted if this process was not
    /// told where the file is, image_error if it is no picture or not what it was.
    held_pixels picture(perdure::activity_context& ctx, const std::string& file);
    std::shared_ptr<const pixels::mask> markup(perdure::activity_context& ctx,
                                               const std::string& file);

    std::shared_ptr<const pixels::level> level(perdure::activity_context& ctx,
                                               const level_source& source);
    /// Builds the level before anybody asks for it, of files that are decoded already.
    void prepare(const level_source& source);
    /// The same of a level that is done, for who is the last to need it: without samples, and it is
    /// not kept.
    pixels::level last_level(perdure::activity_context& ctx, const level_source& source);
    /// The level is done. Asked for again, which only a retry does, it is built again.
    void forget(const level_source& source);

    /// Slices joined; of no slices, an empty value.
    std::shared_ptr<const pixels::field> field(perdure::activity_context& ctx, const slices& names);
    std::shared_ptr<const pixels::colours> colours(perdure::activity_context& ctx,
                                                   const slices& names);

    /// The same for who goes on with it and is the last to read it: it is not kept.
    pixels::field last_field(perdure::activity_context& ctx, const slices& names);
    pixels::colours last_colours(perdure::activity_context& ctx, const slices& names);

    /// Keep what has just been encoded, so that the first reader need not decode it.
    void remember(const perdure::blob& name, pixels::field whole);
    void remember(const perdure::blob& name, pixels::colours whole);

  private:
    struct shelves;
    const std::unique_ptr<shelves> kept_;
    const int threads_;
};

using decoded_pointer = std::shared_ptr<decoded_values>;

} // namespace erasing
