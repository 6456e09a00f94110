// SPDX-License-Identifier: Apache-2.0
// The votes for one hole pixel: every target that covers it names the source pixel that lies where
// this one lies in its patch. Walks from pixel to pixel in order.
//
// Targets that lie equally far from their sources name the same source pixel, whichever pixel they
// vote for. So what a target has to say is worked out once, not for each of the 49 pixels that ask.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "canvas.hpp"
#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"
#include "vote_weight.hpp"

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
        : where_(where), matches_(matches), row_end_(row_end),
          map_(where, row_begin - patch_radius, row_end + patch_radius) {}

    /// Pixels must come in order for speed, not for the result.
    void move_to(std::uint32_t pixel);

    /// Whether the last search changed none of the votes.
    bool are_settled() const;

    /// The mean of the votes by weight; without a tolerance all count alike. With donors, only
    /// patches of the pixel's own source set vote for it, if there are any.
    sample mean(std::optional<int> tolerance_percent);

    /// Of the same votes without a tolerance: their variance, summed over red, green and blue.
    std::uint32_t spread();

    /// The same votes added up by party.
    std::span<const party> count(int tolerance_percent);

  private:
    /// What a target says to every pixel.
    struct voter {
        std::uint32_t way; // equal for targets that lie equally far from their sources
        std::uint32_t cost;
        std::uint8_t depth;
        // How many targets, this one and those before it, go the same way, or are settled; at most
        // patch_side.
        std::uint8_t alike_count;
        std::uint8_t settled_count;
    };

    /// Of the votes for one pixel.
    struct weight {
        std::uint64_t operator()(const voter& each) const {
            return std::uint64_t{alike(each.cost)} *
                   trust(static_cast<std::uint8_t>(each.depth - depth_min));
        }

        likeness alike;
        std::uint8_t depth_min;
    };

    void hear(int row);
    std::uint32_t way_of(std::uint32_t distance);
    bool are_unanimous() const;
    void survey();
    template <class Use>
    void for_each_vote(Use use) const;
    template <class Weight>
    sample mean_by(Weight weight_of) const;
    const voter* voters_of(int row) const {
        return &voters_[firsts_[static_cast<std::size_t>(row)]];
    }
    std::uint32_t here_in_samples() const;
    std::uint32_t variance(int tolerance_percent) const;

    const level& where_;
    const field& matches_;
    const int row_end_;
    const target_map map_;

    // The targets that cover pixels of rows [heard_begin_, heard_end_).
    int heard_begin_ = 0;
    int heard_end_ = 0;
    std::uint32_t first_heard_ = 0;
    std::vector<voter> voters_;
    std::vector<std::uint32_t> distances_; // of each way, in samples from target to source
    std::vector<std::uint32_t> ways_; // hashed by distance
    // Of each way: the last count in which it had a party, and which one.
    std::vector<std::uint32_t> parties_of_ways_;
    std::uint32_t round_ = 0;

    // The targets that cover the pixel: `width_` of each row from `firsts_` on.
    std::uint32_t pixel_ = 0;
    point here_{0xffff, 0xffff};
    int left_ = 0;
    int top_ = 0;
    int width_ = 0;
    int height_ = 0;
    std::array<std::uint32_t, patch_side> firsts_{};

    std::array<party, patch_area> parties_;

    // What survey() found.
    bool only_own_set_ = false;
    std::uint32_t vote_count_ = 0;
    std::uint64_t cost_sum_ = 0;
    std::uint8_t depth_min_ = 0;
};

/// What the largest party votes for; following it, not the best single vote, makes large areas copy
/// as one: fewer seams.
sample most_supported(const level& where, std::span<const ballots::party> votes);

} // namespace perdure::inpaint
