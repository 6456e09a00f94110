// SPDX-License-Identifier: Apache-2.0
// Which activities may start before the commit that schedules them is on disk.
#pragma once

#include "actors/activity_pool.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace perdure::actors {

/// Takes those whose input is in memory from `scheduled`. One that refers to blobs waits: they may
/// be in that very commit.
inline std::vector<work> take_early(std::vector<work>& scheduled) {
    const auto late =
        std::stable_partition(scheduled.begin(), scheduled.end(), [](const work& each) {
            return each.input.external || !each.input.blobs.empty();
        });
    std::vector<work> early(std::make_move_iterator(late),
                            std::make_move_iterator(scheduled.end()));
    scheduled.erase(late, scheduled.end());
    return early;
}

} // namespace perdure::actors
