// SPDX-License-Identifier: Apache-2.0
// Many pictures, so many at once: each an erase_object of its own, so that one that cannot be done
// fails alone. As one of them ends the next begins.
#pragma once

#include "orchestrations/erase_object.hpp"

#include <perdure/functions.hpp>
#include <perdure/orchestration.hpp>
#include <perdure/registry.hpp>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace erasing {

struct batch_picture {
    std::string instance; ///< Its erase_object; one of its own.
    erase_job job;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(batch_picture, instance, job)
};

struct batch_job {
    std::vector<batch_picture> pictures;
    int at_once = 1; ///< At least 1; the pictures do not depend on it.

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(batch_job, pictures, at_once)
};

/// Also its custom status, after every picture.
struct batch_progress {
    int erased_count = 0;
    int failed_count = 0;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(batch_progress, erased_count, failed_count)
};

/// What became of each picture is in its own instance.
inline constexpr perdure::orchestration<batch_progress(batch_job)> erase_batch{"erase_batch"};
perdure::task<batch_progress> run_erase_batch(perdure::orchestration_context& ctx, batch_job job);

} // namespace erasing
