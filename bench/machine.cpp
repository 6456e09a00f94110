// SPDX-License-Identifier: Apache-2.0
#include "bench/machine.hpp"

#include "bench/allocator.hpp"
#include "bench/latencies.hpp"
#include "bench/measure.hpp"

#include <caf/config.hpp>
#include <rocksdb/version.h>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

namespace perdure::bench {
namespace {

std::string processor() {
    std::ifstream facts("/proc/cpuinfo");
    for (std::string line; std::getline(facts, line);)
        if (line.starts_with("model name"))
            return line.substr(line.find(':') + 2);
    return "unknown";
}

std::string file_system(const std::filesystem::path& directory) {
    constexpr long xfs = 0x58465342;
    struct statfs found {};
    if (::statfs(directory.c_str(), &found) != 0)
        return "unknown";
    switch (static_cast<long>(found.f_type)) {
    case EXT4_SUPER_MAGIC:
        return "ext4";
    case xfs:
        return "xfs";
    case BTRFS_SUPER_MAGIC:
        return "btrfs";
    case OVERLAYFS_SUPER_MAGIC:
        return "overlayfs";
    case TMPFS_MAGIC:
        return "tmpfs: memory, so that syncing means nothing";
    default:
        return "type " + std::to_string(found.f_type);
    }
}

/// The median of appending 4 KiB and syncing it: what one commit alone can't be faster than.
double sync_ms(const std::filesystem::path& directory) {
    const auto path = directory / ("perdure-bench-probe-" + std::to_string(::getpid()));
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0)
        return 0;
    const std::string block(4096, 'x');
    latencies seen;
    for (int i = 0; i < 51; ++i) {
        const auto begin = steady::now();
        if (::write(file, block.data(), block.size()) < 0 || ::fdatasync(file) != 0)
            break;
        seen.add(steady::now() - begin);
    }
    ::close(file);
    std::filesystem::remove(path);
    return seen.percentile_ms(0.5);
}

std::string kernel() {
    utsname found{};
    ::uname(&found);
    return std::string(found.sysname) + " " + found.release;
}

} // namespace

figures machine_facts(const std::filesystem::path& directory) {
    double load = 0;
    ::getloadavg(&load, 1);
    const auto memory = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) *
                        static_cast<double>(::sysconf(_SC_PAGE_SIZE)) / (1 << 30);
    return {
        {"processor", processor()},
        {"cores", std::thread::hardware_concurrency()},
        {"memory_gib", memory},
        {"kernel", kernel()},
        {"file_system", file_system(directory)},
        {"sync_4k_ms", sync_ms(directory)},
        {"load_1m_before", load},
    };
}

figures build_facts() {
#ifdef __OPTIMIZE__
    constexpr bool is_optimized = true;
#else
    constexpr bool is_optimized = false;
#endif
    return {
        {"perdure", PERDURE_VERSION},
        {"type", PERDURE_BUILD_TYPE},
        {"optimized", is_optimized},
        {"compiler", __VERSION__},
        {"allocator", allocator_name()},
        {"rocksdb", std::to_string(ROCKSDB_MAJOR) + "." + std::to_string(ROCKSDB_MINOR) + "." +
                        std::to_string(ROCKSDB_PATCH)},
        {"caf", std::to_string(CAF_VERSION / 10'000) + "." +
                    std::to_string(CAF_VERSION / 100 % 100) + "." +
                    std::to_string(CAF_VERSION % 100)},
    };
}

} // namespace perdure::bench
