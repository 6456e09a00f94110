// SPDX-License-Identifier: Apache-2.0
// What a hub counts while it runs; a client sees them as hub_metrics.
#pragma once

#include <atomic>
#include <cstdint>

namespace perdure::actors {

struct counters {
    using count = std::atomic<std::uint64_t>;
    count commits{0}, groups{0}, puts{0}, bytes{0};
    count evaluations{0}, replays{0}, activities{0}, long_histories{0};
    count live_orchestrations{0}, live_entities{0};

    static void add(count& which, std::uint64_t amount = 1) noexcept {
        which.fetch_add(amount, std::memory_order_relaxed);
    }
};

} // namespace perdure::actors
