// SPDX-License-Identifier: Apache-2.0
#include "bench/allocator.hpp"

#ifdef PERDURE_BENCH_JEMALLOC

#include <jemalloc/jemalloc.h>

#include <cstddef>
#include <stdexcept>

// One arena, because what one thread allocates another frees. What is free goes back to the system
// after a fifth of a second instead of ten: how fast memory is reused is not what is measured.
// jemalloc looks for this name.
extern "C" const char* malloc_conf;
const char* malloc_conf = "narenas:1,dirty_decay_ms:200,muzzy_decay_ms:0";

namespace perdure::bench {
namespace {

void require_done(int failed, const char* what) {
    if (failed != 0)
        throw std::runtime_error(std::string("jemalloc refuses ") + what);
}

} // namespace

std::string allocator_name() {
    return "jemalloc " + std::to_string(JEMALLOC_VERSION_MAJOR) + "." +
           std::to_string(JEMALLOC_VERSION_MINOR) + "." + std::to_string(JEMALLOC_VERSION_BUGFIX);
}

std::uint64_t allocated_bytes() {
    std::uint64_t epoch = 1; // figures are of when it was last set
    require_done(::mallctl("epoch", nullptr, nullptr, &epoch, sizeof epoch), "a new look");
    std::size_t bytes = 0;
    std::size_t size = sizeof bytes;
    require_done(::mallctl("stats.allocated", &bytes, &size, nullptr, 0), "its figures");
    return bytes;
}

void return_free_memory() {
    const std::string all = "arena." + std::to_string(MALLCTL_ARENAS_ALL) + ".purge";
    require_done(::mallctl(all.c_str(), nullptr, nullptr, nullptr, 0), "to give back memory");
}

} // namespace perdure::bench

#else

#include <malloc.h>

namespace perdure::bench {

std::string allocator_name() {
    return "the system's";
}

std::uint64_t allocated_bytes() {
    const auto used = ::mallinfo2();
    return used.uordblks + used.hblkhd;
}

void return_free_memory() {
    ::malloc_trim(0);
}

} // namespace perdure::bench

#endif
