// SPDX-License-Identifier: Apache-2.0
// The allocator that the program is linked with: jemalloc, but for builds with sanitizers, which
// bring their own. What the engine allocates on one thread it often frees on another.
#pragma once

#include <cstdint>
#include <string>

namespace perdure::bench {

std::string allocator_name();
/// What the program has allocated and not freed.
std::uint64_t allocated_bytes();
/// Gives what is free back to the system.
void return_free_memory();

} // namespace perdure::bench
