// SPDX-License-Identifier: Apache-2.0
// PatchMatch (Barnes et al. 2009) over a run of rows. Inside it a sweep sees its own improvements
// at once; beyond it only what the previous pass left, so runs may be searched in any order.
//
// A target is active when its patch looks different from when its match was last compared, or when
// that match is new. Only active targets look around at random; the others just listen to
// neighbours that found something.
//
// What a target is to be compared with is listed first and then compared in one go: hardly anything
// is better, and comparing takes most of the time.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "canvas.hpp"
#include "far_search.hpp"
#include "patch_distance.hpp"
#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"
#include "random.hpp"
#include "texture_lack.hpp"

namespace perdure::inpaint {

class patch_search {
  public:
    /// Searches the targets of rows [row_begin, row_end). All arguments must outlive the search;
    /// `known`, if given, holds all ones where `painted` is to be believed and zeros elsewhere.
    patch_search(const level& where, const field& previous, const canvas& painted, int row_begin,
                 int row_end, const canvas* known = nullptr);

    /// Begins with these instead of the previous matches of their targets, before the first sweep.
    void take_over(std::span<const far_match> better);

    /// `key` names the random numbers of this sweep, `reach` how far they go from the best so far.
    void sweep(std::uint64_t key, bool is_forward, int reach = image_size::side_max);

    /// The matches, each marked as settled unless source or cost differ from the previous field.
    std::vector<match> take();

    std::span<const match> matches() const {
        return std::span(matches_).subspan(first_ - first_seen_, last_ - first_);
    }

  private:
    /// Random places around a match, ever nearer to it.
    struct walk {
        random_stream random{0};
        int reach = 0; // of the next step; 0 when there is none
    };

    /// A source to be compared with a target.
    struct offer {
        point source;
        walk rest; // from here on, if it was come upon by a walk
    };

    /// Where the targets of a row are, by column; one more column on each side holds none.
    class row_of_targets {
      public:
        explicit row_of_targets(const level& where)
            : where_(where), targets_(static_cast<std::size_t>(where.size().width) + 2, none) {}

        void set(int row);
        std::uint32_t at(int x) const { return targets_[static_cast<std::size_t>(x + 1)]; }

        static constexpr std::uint32_t none = 0xffffffff;

      private:
        friend void swap(row_of_targets& one, row_of_targets& other) {
            std::swap(one.targets_, other.targets_);
            std::swap(one.set_, other.set_);
        }

        const level& where_;
        std::vector<std::uint32_t> targets_;
        std::span<const point> set_;
    };

    match& seen(std::uint32_t target) { return matches_[target - first_seen_]; }
    std::uint8_t& state(std::uint32_t target) { return states_[target - first_seen_]; }
    const source_set& sources_of(std::uint32_t target) const {
        return where_.source_sets()[where_.set_of_target(target)];
    }
    std::uint32_t corner_of(point centre) const;
    std::uint32_t cost_of(std::uint32_t target, point source) const;
    void propagate(std::uint32_t target, int direction);
    void search_around(std::uint32_t target, std::uint64_t key, int reach);
    void add_offer(int x, int y, const walk& rest, bool is_allowed);
    std::size_t accept_better(std::uint32_t target, std::size_t first);

    const level& where_;
    const field& previous_;
    const canvas& painted_;
    const canvas* known_;
    const distance_kernel& kernel_;
    const texture_lack lack_;
    const int row_begin_;
    const int row_end_;
    // Targets [first_, last_) are searched, those from first_seen_ to last_seen_ are looked at.
    const std::uint32_t first_;
    const std::uint32_t last_;
    const std::uint32_t first_seen_;
    std::vector<match> matches_;
    std::vector<std::uint8_t> states_; // per target, see below
    static constexpr std::uint8_t active = 1, improved = 2;
    row_of_targets here_; // the row that is searched
    row_of_targets beside_; // the one before it in the sweep

    // As often as a reach can be halved, and room for an offer that does not count.
    static constexpr std::size_t offers_max = std::bit_width(unsigned{image_size::side_max}) + 1;
    std::array<offer, offers_max> offers_;
    std::array<std::uint32_t, offers_max> corners_{};
    std::size_t offer_count_ = 0;
};

/// Names the random numbers of one sweep.
std::uint64_t sweep_key(std::uint64_t seed, int level_index, int iteration, int sweep);

} // namespace perdure::inpaint
