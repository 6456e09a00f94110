// SPDX-License-Identifier: Apache-2.0
// The fourth feature of a sample: how busy the picture is around it. Without it, patches prefer
// smooth sources (the mean of a texture is nearer to everything than any texture) and fills blur.
#pragma once

#include <memory>
#include <span>

#include "perdure/inpaint/block_sums.hpp"
#include "perdure/inpaint/image.hpp"
#include "perdure/inpaint/level.hpp"
#include "perdure/inpaint/settings.hpp"

namespace perdure::inpaint {

/// Walks down the rows of a level and measures their texture: the mean gradient at full size over a
/// window that is equally large on every level, markup left out.
class texture_walk {
  public:
    /// Begins at `row` of level `index` of `level_count`, from the sums if there are any. The
    /// arguments must outlive the walk.
    texture_walk(const image_view& picture, const mask& markup, const block_sums* sums, int index,
                 int level_count, const settings& chosen, int row);
    ~texture_walk();
    texture_walk(const texture_walk&) = delete;
    texture_walk& operator=(const texture_walk&) = delete;

    /// Sets the texture of the next row.
    void set_next(std::span<sample> samples);

    /// Rows of the level that a window reaches up and down from its middle.
    static int reach(int index, int level_count) { return 1 << (level_count - 1 - index); }

  private:
    struct window;
    const std::unique_ptr<window> window_;
};

} // namespace perdure::inpaint
