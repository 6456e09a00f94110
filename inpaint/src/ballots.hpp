// SPDX-License-Identifier: Apache-2.0
// The votes for one hole pixel: every target that covers it names the source pixel that lies where
// this one lies in its patch. Walks from pixel to pixel in order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "canvas.hpp"
#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

class ballots {
  public:
    /// Votes of targets that name the same source pixel.
    struct party {
        std::uint32_t source; // position of the voted pixel among the level's samples
        std::uint64_t weight;
    };

    /// For hole pixels of rows [row_begin, row_end). The arguments must outlive the ballots.
    ballots(const level& where, const field& matches, int row_begin, int row_end)
        : where_(where), matches_(matches),
          map_(where, row_begin - patch_radius, row_end + patch_radius) {}

    /// Pixels must come in order for speed, not for the result.
    void move_to(std::uint32_t pixel);

    /// Whether the last search changed none of the votes.
    bool are_settled() const;

    /// Collects the votes, weighs them and adds them up by party; without a tolerance all count
    /// alike. With donors, only patches of the pixel's own source set vote for it, if there are
    /// any.
    std::span<const party> count(std::optional<int> tolerance_percent);

  private:
    struct vote {
        std::uint32_t party;
        std::uint32_t cost;
        std::uint32_t depth;
    };

    bool are_unanimous();
    void collect(bool only_own_set);
    std::uint32_t party_of(std::uint32_t source);
    void weigh(std::optional<int> tolerance_percent);
    std::uint32_t variance(int tolerance_percent) const;

    const level& where_;
    const field& matches_;
    const target_map map_;

    // The targets that cover the pixel: `width_` of each row from `firsts_` on.
    std::uint32_t pixel_ = 0;
    point here_{0xffff, 0xffff};
    int left_ = 0;
    int top_ = 0;
    int width_ = 0;
    int height_ = 0;
    std::array<std::uint32_t, patch_side> firsts_{};

    std::array<vote, patch_area> votes_;
    std::array<party, patch_area> parties_;
    std::size_t vote_count_ = 0;
    std::size_t party_count_ = 0;
    std::uint64_t cost_sum_ = 0; // of the votes
    std::uint32_t depth_min_ = 0;
};

/// The mean of the votes.
sample blend(const level& where, std::span<const ballots::party> votes);

/// What the largest party votes for; following it, not the best single vote, makes large areas copy
/// as one: fewer seams.
sample most_supported(const level& where, std::span<const ballots::party> votes);

} // namespace perdure::inpaint
