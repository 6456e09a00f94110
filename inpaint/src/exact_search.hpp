// SPDX-License-Identifier: Apache-2.0
// The best source there is, for levels so small that each can be compared with each target.
// (Bounds by sums of samples were tried: at such levels they rule out next to nothing.)
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "canvas.hpp"
#include "patch_distance.hpp"
#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"
#include "texture_lack.hpp"

namespace perdure::inpaint {

class exact_search {
  public:
    /// The level must outlive the search.
    explicit exact_search(const level& where);

    /// What it costs the target to look like this source.
    std::uint32_t cost_of(std::uint32_t target, const canvas& painted, point source) const;

    /// Gives the targets the sources whose patches are nearest. Those for which that costs no less
    /// than what they have, as their matches say, keep it. `painted` is the whole level.
    void improve(std::span<const std::uint32_t> targets, const canvas& painted,
                 field& matches) const;

    /// The best source, judged only by pixels where `known` holds all ones (zeros elsewhere).
    point nearest_by_known(std::uint32_t target, const canvas& painted, const canvas& known) const;

    /// How many comparisons it takes to search the whole level.
    static std::uint64_t comparison_count(const level& where);

  private:
    match nearest_below(std::uint32_t target, const canvas& painted, const canvas* known,
                        match best) const;
    std::uint32_t corner_of(point source) const;

    const level& where_;
    const distance_kernel& kernel_;
    const texture_lack lack_;
    std::vector<std::vector<std::uint32_t>> corners_; // of the patches around each set's sources
};

} // namespace perdure::inpaint
