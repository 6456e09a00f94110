// SPDX-License-Identifier: Apache-2.0
#include "target.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace fuzz {

void require(bool holds, const char* property) {
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
}

std::uint8_t source::byte() {
    if (left_.empty())
        return 0;
    const auto drawn = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return drawn;
}

std::uint64_t source::word() {
    std::uint64_t drawn = 0;
    for (int i = 0; i < 8; ++i)
        drawn = (drawn << 8) | byte();
    return drawn;
}

std::string_view source::text() {
    const std::size_t high = byte();
    const std::size_t low = byte();
    const std::size_t size = std::min(left_.size(), (high << 8) | low);
    const std::string_view drawn = left_.substr(0, size);
    left_.remove_prefix(size);
    return drawn;
}

} // namespace fuzz

/// Called by libFuzzer and by replay.cpp.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::test({reinterpret_cast<const char*>(data), size});
    return 0;
}
