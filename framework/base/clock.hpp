// SPDX-License-Identifier: Apache-2.0
// The clock: one of the sources of non-determinism, behind an interface so that tests own it.
#pragma once

#include <perdure/ids.hpp>

namespace perdure::base {

class clock {
  public:
    virtual ~clock() = default;
    /// Wall time in UTC. May jump either way; whoever stores it guards against going back.
    virtual timestamp now() = 0;
};

/// The machine's clock.
clock& system_clock();

} // namespace perdure::base
