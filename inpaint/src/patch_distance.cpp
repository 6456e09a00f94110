// SPDX-License-Identifier: Apache-2.0
#include "patch_distance.hpp"

#include <cstdlib>
#include <vector>

#include "distance_kernels.hpp"

namespace perdure::inpaint {

namespace {

std::vector<distance_kernel> runnable_kernels() {
    std::vector<distance_kernel> found{portable_kernel()};
#if defined(__x86_64__)
    found.push_back(sse2_kernel());
    if (__builtin_cpu_supports("avx2"))
        found.push_back(avx2_kernel());
#endif
    return found;
}

} // namespace

std::span<const distance_kernel> distance_kernels() {
    static const std::vector<distance_kernel> runnable = runnable_kernels();
    return runnable;
}

const distance_kernel& distance_kernel_in_use() {
    const std::span<const distance_kernel> all = distance_kernels();
    if (const char* wanted = std::getenv("PERDURE_INPAINT_SIMD"); wanted != nullptr)
        for (const distance_kernel& each : all)
            if (each.name == wanted)
                return each;
    return all.back();
}

} // namespace perdure::inpaint
