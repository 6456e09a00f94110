// SPDX-License-Identifier: Apache-2.0
// The only way into a level's private parts: takes what is stored, then derives the rest from it.
// Used by build_level and by level::decode, so both give the same level.
#pragma once

#include <span>
#include <vector>

#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

class level_builder {
  public:
    level_builder(int index, image_size size);

    sample_grid& samples() { return made_.samples_; }
    std::vector<std::uint16_t>& hole_sets() { return made_.hole_sets_; }
    std::vector<source_set>& donor_areas() { return made_.donor_areas_; }

    /// Derives pixels, targets, rows, depths and source sets. Throws image_error when there is
    /// nothing to fill or nothing to copy from, which only stored bytes can bring about. If nobody
    /// else needs the hole's flags, they may be spent: their memory is let go of row by row.
    level finish(const mask& hole, bool is_spent = false);

  private:
    void list_row(int y, std::span<const std::uint8_t> touched);
    void measure_depths();
    void assign_target_sets();
    source_set sources_of_area(const source_set& area) const;

    level made_;
};

} // namespace perdure::inpaint
