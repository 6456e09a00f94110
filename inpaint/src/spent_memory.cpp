// SPDX-License-Identifier: Apache-2.0
#include "spent_memory.hpp"

#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>

namespace perdure::inpaint {

void let_go(std::span<const std::byte> spent) {
    static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(spent.data());
    // Whole pages only: what else lies on the others is not ours.
    const std::uintptr_t first = (begin + page - 1) / page * page;
    const std::uintptr_t last = (begin + spent.size()) / page * page;
    if (first < last)
        ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

} // namespace perdure::inpaint
