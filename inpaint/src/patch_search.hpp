// SPDX-License-Identifier: Apache-2.0
// PatchMatch (Barnes et al. 2009) over a run of rows. Inside it a sweep sees its own improvements
// at once; beyond it only what the previous pass left, so runs may be searched in any order.
//
// A target is active when its patch looks different from when its match was last compared, or when
// that match is new. Only active targets look around at random; the others just listen to
// neighbours that found something.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "canvas.hpp"
#include "patch_distance.hpp"
#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// From a target to its source.
struct offset {
    int dx = 0;
    int dy = 0;

    bool operator==(const offset&) const = default;
};

class patch_search {
  public:
    /// Searches the targets of rows [row_begin, row_end). All arguments must outlive the search;
    /// `known`, if given, holds all ones where `painted` is to be believed and zeros elsewhere.
    patch_search(const level& where, const field& previous, const canvas& painted, int row_begin,
                 int row_end, const canvas* known = nullptr);

    /// `key` names the random numbers of this sweep, `reach` how far they go from the best so far.
    void sweep(std::uint64_t key, bool is_forward, int reach = image_size::side_max);

    /// Offers every active target the source at each of these distances from itself.
    void offer(std::span<const offset> offsets);

    /// The matches, each marked as settled unless source or cost differ from the previous field.
    std::vector<match> take();

    const std::vector<match>& matches() const { return matches_; }

  private:
    match& own(std::uint32_t target) { return matches_[target - first_]; }
    const match& seen(std::uint32_t target) const;
    std::uint32_t distance(std::uint32_t target, point source, std::uint32_t limit) const;
    void attempt(std::uint32_t target, int x, int y);
    bool is_lively(std::uint32_t target) const;
    void propagate(std::uint32_t target, int direction);
    void search_around(std::uint32_t target, std::uint64_t key, int reach);

    const level& where_;
    const field& previous_;
    const canvas& painted_;
    const canvas* known_;
    const distance_kernel& kernel_;
    const target_map map_;
    const std::uint32_t first_;
    const std::uint32_t last_;
    std::vector<match> matches_;
    std::vector<std::uint8_t> states_; // per target, see below
    static constexpr std::uint8_t active = 1, improved = 2;
};

/// Names the random numbers of one sweep.
std::uint64_t sweep_key(std::uint64_t seed, int level_index, int iteration, int sweep);

} // namespace perdure::inpaint
