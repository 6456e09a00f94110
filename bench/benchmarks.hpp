// SPDX-License-Identifier: Apache-2.0
// The benchmarks there are: one file each.
#pragma once

#include "bench/plan.hpp"

namespace perdure::bench {

extern const benchmark bank_benchmark;
extern const benchmark counter_benchmark;
extern const benchmark events_benchmark;
extern const benchmark fan_benchmark;
extern const benchmark hello_benchmark;
extern const benchmark idle_benchmark;
extern const benchmark inpaint_benchmark;
extern const benchmark payload_benchmark;
extern const benchmark recover_benchmark;
extern const benchmark rehydrate_benchmark;
extern const benchmark replay_benchmark;
extern const benchmark start_benchmark;
extern const benchmark timers_benchmark;
extern const benchmark tree_benchmark;
extern const benchmark wordcount_benchmark;

} // namespace perdure::bench
