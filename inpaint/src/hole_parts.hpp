// SPDX-License-Identifier: Apache-2.0
// The parts of a level's hole. They are connected by patches: targets that are neighbours belong to
// the same one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "perdure/inpaint/level.hpp"

namespace perdure::inpaint {

class hole_parts {
  public:
    explicit hole_parts(const level& where);

    /// The part of a target, named by its first target.
    std::uint32_t of(std::uint32_t target);

    /// For each of these parts, in ascending order, its targets.
    std::vector<std::vector<std::uint32_t>> targets_of(std::span<const std::uint32_t> parts);

  private:
    void connect(std::uint32_t one, std::uint32_t other);

    std::vector<std::uint32_t> above_; // an earlier target of the same part, the first one's own
};

} // namespace perdure::inpaint
