// SPDX-License-Identifier: Apache-2.0
// Compares all targets with all sources. For each way from target to source a window of patch_side
// rows slides down over targets that lie side by side, with running sums of squared differences: so
// the 49 of a patch are not added up anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "canvas.hpp"
#include "patch_distance.hpp"
#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

class sliding_search {
  public:
    /// `painted` is the whole level.
    sliding_search(const level& where, const source_set& sources, const canvas& painted);

    /// Searches for a source of this target that costs less.
    void want(point target, std::uint32_t cost);

    void search();

    /// The best source that was found, the first of equals; `known` if there was none.
    match nearest(point target, match known) const;

  private:
    void compare_on(int dx, int dy);
    void list_lanes();
    std::size_t index_of(int x, int y) const {
        return static_cast<std::size_t>(y) * stride_ + static_cast<std::size_t>(x + margin);
    }

    // Strips may begin before a row and end behind it.
    static constexpr int margin = 8;
    const std::size_t stride_; // of all that follows
    std::vector<sample> known_;
    std::vector<sample> painted_;
    std::vector<std::uint32_t> is_allowed_; // as a source: all ones or zero
    std::vector<std::uint32_t> least_; // cost; nothing is below that of what is not wanted
    std::vector<std::uint32_t> ways_; // from target to source
    const distance_kernel& kernel_;
    const source_set::box_type sources_;
    source_set::box_type targets_;

    // A bit for each place of the strip that begins there.
    std::vector<std::uint8_t> allowed_lanes_;
    std::vector<std::uint8_t> wanted_lanes_;
};

} // namespace perdure::inpaint
