// SPDX-License-Identifier: Apache-2.0
// What a source costs beyond the distance of its patch when it is smoother than the hole has to be.
// A floor in the hole's own samples does not keep smooth sources out: where colours fit, they fit
// better by more than their texture is short of.
#pragma once

#include <cstdint>

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

class texture_lack {
  public:
    /// The level must outlive this.
    explicit texture_lack(const level& where) : where_(where), weight_(weight_of(where.index())) {}

    /// Less than match::cost_max. Nothing for targets among known pixels, which have a texture.
    std::uint32_t cost(std::uint32_t target, point source) const {
        if (weight_ == 0 || where_.target_depths()[target] == 0)
            return 0;
        const int needed = texture_at(where_.targets()[target]);
        const int offered = texture_at(source);
        const int lacking = needed > offered ? needed - offered : 0;
        return weight_ * static_cast<std::uint32_t>(lacking * lacking);
    }

  private:
    // What is smooth is decided at coarse levels; at the finest ones colours have to fit. Of a
    // squared level of texture, twelve times what the samples of a patch make of it, and six.
    static constexpr std::uint32_t coarse_weight = 600;
    static constexpr std::uint32_t fine_weight = 300;
    static_assert(coarse_weight <= match::cost_max / (255 * 255));

    static std::uint32_t weight_of(int level_index) {
        return level_index == 0 ? 0 : level_index == 1 ? fine_weight : coarse_weight;
    }

    int texture_at(point here) const {
        return where_
            .samples()[static_cast<std::size_t>(here.y) *
                           static_cast<std::size_t>(where_.size().width) +
                       here.x]
            .texture;
    }

    const level& where_;
    const std::uint32_t weight_;
};

} // namespace perdure::inpaint
