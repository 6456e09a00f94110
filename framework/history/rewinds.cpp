// SPDX-License-Identifier: Apache-2.0
#include "history/rewinds.hpp"

#include <algorithm>

namespace perdure::history {

const execution_rewound* rewound_in(const step& next) {
    return next.arrived.empty() ? nullptr : std::get_if<execution_rewound>(&next.arrived.front());
}

void undone_steps::add(std::uint32_t number, const step& next) {
    const execution_rewound* back = rewound_in(next);
    if (back == nullptr)
        return;
    std::erase_if(ranges_, [&](const range& each) { return each.to >= back->to_step; });
    ranges_.push_back({back->to_step, number});
}

bool undone_steps::contains(std::uint32_t number) const noexcept {
    return std::any_of(ranges_.begin(), ranges_.end(),
                       [&](const range& each) { return each.from <= number && number < each.to; });
}

} // namespace perdure::history
