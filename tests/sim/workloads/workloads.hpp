// SPDX-License-Identifier: Apache-2.0
// Makes the workloads. `size` scales how much each does, 1 to 12.
#pragma once

#include "sim/workload.hpp"

namespace perdure::sim {

std::unique_ptr<workload> make_afterlife(std::uint64_t size);
std::unique_ptr<workload> make_bank(std::uint64_t size);
std::unique_ptr<workload> make_blobs(std::uint64_t size);
std::unique_ptr<workload> make_books(std::uint64_t size);
std::unique_ptr<workload> make_calls(std::uint64_t size);
std::unique_ptr<workload> make_counters(std::uint64_t size);
std::unique_ptr<workload> make_erasing(std::uint64_t size);
std::unique_ptr<workload> make_eternal(std::uint64_t size);
std::unique_ptr<workload> make_events(std::uint64_t size);
std::unique_ptr<workload> make_failures(std::uint64_t size);
std::unique_ptr<workload> make_fickle(std::uint64_t size);
std::unique_ptr<workload> make_life(std::uint64_t size);
std::unique_ptr<workload> make_lives(std::uint64_t size);
std::unique_ptr<workload> make_nested(std::uint64_t size);
std::unique_ptr<workload> make_races(std::uint64_t size);
std::unique_ptr<workload> make_retries(std::uint64_t size);
std::unique_ptr<workload> make_timers(std::uint64_t size);
std::unique_ptr<workload> make_tree(std::uint64_t size);

} // namespace perdure::sim
