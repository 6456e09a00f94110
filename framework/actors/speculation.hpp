// SPDX-License-Identifier: Apache-2.0
// Which activities may start before the commit that schedules them is on disk.
#pragma once

#include "actors/activity_pool.hpp"
#include "actors/blob_cache.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace perdure::actors {

/// Takes those whose input is in memory from `scheduled`. The blobs it refers to may be in that
/// very commit, so they go along; one that refers to a blob that is not in memory waits.
inline std::vector<work> take_early(std::vector<work>& scheduled, blob_cache& blobs) {
    std::vector<work> early, late;
    for (work& each : scheduled) {
        auto found = each.input.external ? std::nullopt : blobs.find(each.input.blobs);
        if (found)
            each.at_hand = std::move(*found);
        (found ? early : late).push_back(std::move(each));
    }
    scheduled = std::move(late);
    return early;
}

} // namespace perdure::actors
