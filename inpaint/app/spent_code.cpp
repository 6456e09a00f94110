// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/spent_code.hpp"

#include <cstddef>

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace erase_app {
namespace {

int let_go_of(dl_phdr_info* module, std::size_t, void* page_size) {
    const std::size_t page = *static_cast<const std::size_t*>(page_size);
    for (int i = 0; i < module->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = module->dlpi_phdr[i];
        // What may be written, or was while the program was loaded, is not in the file. (Nor are
        // a debugger's breakpoints: those that were set before are lost.)
        if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0)
            continue;
        const std::size_t begin = module->dlpi_addr + segment.p_vaddr;
        const std::size_t end = begin + segment.p_memsz;
        const std::size_t first = (begin + page - 1) / page * page;
        const std::size_t last = end / page * page;
        if (first < last)
            ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
    }
    return 0;
}

} // namespace

void let_go_of_code() {
    auto page_size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    ::dl_iterate_phdr(let_go_of, &page_size);
}

} // namespace erase_app
