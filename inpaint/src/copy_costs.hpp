// SPDX-License-Identifier: Apache-2.0
// What it costs a part of the hole to copy from somewhere, target by target. All costs are sums
// over a patch of squared differences, in integers.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "patch_distance.hpp"
#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

/// From a target to its source.
struct offset {
    int dx = 0, dy = 0;
    auto operator<=>(const offset&) const = default;
};

class copy_costs {
  public:
    /// `targets` are all of the part, in ascending order; they and the level must live as long as
    /// this.
    copy_costs(const level& where, std::span<const std::uint32_t> targets, const field& before);

    std::span<const std::uint32_t> targets() const { return targets_; }
    std::span<const point> centres() const { return centres_; }
    offset way_in(const field& matches, std::uint32_t i) const;

    bool may_use(std::uint32_t i, offset way) const {
        return where_.source_sets()[where_.set_of_target(targets_[i])].contains(
            centres_[i].x + way.dx, centres_[i].y + way.dy);
    }
    bool sees_known(std::uint32_t i) const { return sees_known_[i]; }

    /// What the known pixels under its patch differ by from the copy, and the texture that the copy
    /// has less than the source had before.
    std::int64_t alone(std::uint32_t i, offset way) const;
    /// How much two copies differ there, if each is one that the target or a neighbour may use.
    std::int64_t step(std::uint32_t i, offset one, offset other) const;

  private:
    /// What the patches of a part see of the known pixels.
    class known_pixels {
      public:
        known_pixels(const level& where, std::span<const point> centres);

        bool are_under(point centre) const;
        std::int64_t distance(point centre, offset way) const;

      private:
        std::size_t index_of(int x, int y) const {
            return static_cast<std::size_t>(y - area_.top) * stride_ +
                   static_cast<std::size_t>(x - area_.left);
        }

        const level& where_;
        const distance_kernel& kernel_;
        const source_set::box_type area_;
        const std::size_t stride_;
        std::vector<sample> samples_;
        std::vector<sample> mask_;
    };

    const level& where_;
    const std::span<const std::uint32_t> targets_;
    const std::vector<point> centres_;
    const known_pixels known_;
    std::vector<std::uint8_t> textures_; // of the sources before
    std::vector<bool> sees_known_; // some of its patch
};

} // namespace perdure::inpaint
