// SPDX-License-Identifier: Apache-2.0
#include "sim/workloads/workloads.hpp"

namespace perdure::sim {

const std::vector<workload_kind>& workload_kinds() {
    static const std::vector<workload_kind> kinds = {
        {"calls", 2, make_calls},       {"tree", 3, make_tree},
        {"timers", 3, make_timers},     {"events", 2, make_events},
        {"counters", 2, make_counters}, {"races", 3, make_races},
        {"failures", 3, make_failures}, {"fickle", 4, make_fickle},
        {"blobs", 3, make_blobs},       {"life", 2, make_life},
        {"retries", 3, make_retries},   {"bank", 2, make_bank},
        {"books", 2, make_books},       {"eternal", 2, make_eternal},
        {"lives", 2, make_lives},       {"afterlife", 2, make_afterlife},
        {"nested", 2, make_nested},     {"erasing", 100, make_erasing},
    };
    return kinds;
}

} // namespace perdure::sim
