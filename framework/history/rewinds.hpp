// SPDX-License-Identifier: Apache-2.0
// Which steps of a history still count. A rewind undoes the steps from the one it goes back to up
// to itself, earlier rewinds among them.
#pragma once

#include "history/event.hpp"

#include <cstdint>
#include <vector>

namespace perdure::history {

/// The ExecutionRewound that a step begins with, if it does.
const execution_rewound* rewound_in(const step& next);

class undone_steps {
  public:
    /// Notes what the step of that number undoes. They come in order.
    void add(std::uint32_t number, const step& next);
    bool contains(std::uint32_t number) const noexcept;

  private:
    struct range {
        std::uint32_t from;
        std::uint32_t to; ///< Not part of it: the step that goes back.
    };
    std::vector<range> ranges_;
};

} // namespace perdure::history
