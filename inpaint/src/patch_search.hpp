// SPDX-License-Identifier: Apache-2.0
// PatchMatch (Barnes et al. 2009) over a run of rows. Inside it a sweep sees its own improvements
// at once; beyond it only what the previous pass left, so runs may be searched in any order.
#pragma once

#include <cstdint>
#include <vector>

#include "canvas.hpp"
#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

class patch_search {
  public:
    /// Searches the targets of rows [row_begin, row_end). All arguments must outlive the search;
    /// `known`, if given, holds all ones where `painted` is to be believed and zeros elsewhere.
    patch_search(const level& where, const field& previous, const canvas& painted, int row_begin,
                 int row_end, const canvas* known = nullptr);

    /// `key` names the random numbers of this sweep.
    void sweep(std::uint64_t key, bool is_forward);

    const std::vector<match>& matches() const { return matches_; }

  private:
    match& own(std::uint32_t target) { return matches_[target - first_]; }
    const match& seen(std::uint32_t target) const;
    std::uint32_t distance(std::uint32_t target, point source, std::uint32_t limit) const;
    void attempt(std::uint32_t target, int x, int y);
    void propagate(std::uint32_t target, int direction);
    void search_around(std::uint32_t target, std::uint64_t key);

    const level& where_;
    const field& previous_;
    const canvas& painted_;
    const canvas* known_;
    const target_map map_;
    const std::uint32_t first_;
    const std::uint32_t last_;
    std::vector<match> matches_;
};

/// Names the random numbers of one sweep.
std::uint64_t sweep_key(std::uint64_t seed, int level_index, int iteration, int sweep);

} // namespace perdure::inpaint
