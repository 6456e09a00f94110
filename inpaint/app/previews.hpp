// SPDX-License-Identifier: Apache-2.0
// A picture per pyramid level, as it is when the level is done: what a fill sees at each size.
#pragma once

#include <perdure/inpaint/image.hpp>

#include <filesystem>

namespace erase_app {

/// Writes level-1-of-N.png (the coarsest) to level-N-of-N.png into a folder.
class preview_writer {
  public:
    /// An empty folder: writes nothing. Creates one that is missing; throws refusal if it cannot.
    explicit preview_writer(std::filesystem::path folder);

    bool is_wanted() const { return !folder_.empty(); }
    /// `level_index` counts down to 0. Throws image_error if the file cannot be written.
    void write(int level_index, int level_count, const perdure::inpaint::image& seen) const;

  private:
    std::filesystem::path folder_;
};

} // namespace erase_app
