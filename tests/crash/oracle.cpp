// SPDX-License-Identifier: Apache-2.0
#include "crash/oracle.hpp"

#include <algorithm>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace perdure::crash {

void oracle::report(finding kind, std::string_view text) {
    const std::uint32_t place = anomaly_count_++;
    if (place >= anomalies_max)
        return;
    written_anomaly& into = anomalies_[place];
    into.kind = kind;
    text.copy(into.text.data(), into.text.size() - 1);
    into.is_complete = true;
}

std::vector<anomaly> oracle::anomalies() const {
    std::vector<anomaly> found;
    for (const written_anomaly& each : anomalies_)
        if (each.is_complete)
            found.push_back({each.kind, each.text.data()});
    return found;
}

void unmap::operator()(oracle* mapped) const noexcept {
    ::munmap(mapped, sizeof(oracle));
}

mapped_oracle map_oracle(const std::filesystem::path& file) {
    const auto failed = [&](const char* what) {
        return std::system_error(errno, std::generic_category(), what + (" " + file.string()));
    };
    const int handle = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (handle < 0)
        throw failed("opening");
    void* memory = MAP_FAILED;
    if (::ftruncate(handle, sizeof(oracle)) == 0)
        memory = ::mmap(nullptr, sizeof(oracle), PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
    const auto problem = failed("mapping");
    ::close(handle);
    if (memory == MAP_FAILED)
        throw problem;
    return mapped_oracle(static_cast<oracle*>(memory)); // zero bytes are zero atomics
}

} // namespace perdure::crash
