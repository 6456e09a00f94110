// SPDX-License-Identifier: Apache-2.0
// Random numbers by counting: a stream is named by its key, so which thread draws, in which order
// or how often makes no difference.
#pragma once

#include <cstdint>

namespace perdure::inpaint {

/// splitmix64's finaliser (Steele, Lea, Flood 2014): every input bit reaches every output bit.
inline std::uint64_t mix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

class random_stream {
  public:
    explicit random_stream(std::uint64_t key) : state_(key) {}

    std::uint64_t next() { return mix(state_++); }
    /// 0 <= result < bound; bound must be below 2^32.
    std::uint32_t below(std::uint32_t bound) {
        return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
    }
    /// least <= result <= most.
    int between(int least, int most) {
        return least + static_cast<int>(below(static_cast<std::uint32_t>(most - least + 1)));
    }

  private:
    std::uint64_t state_;
};

/// The stream of one place within whatever `key` names.
inline random_stream stream_at(std::uint64_t key, int x, int y) {
    return random_stream(
        mix(key ^ mix((static_cast<std::uint64_t>(static_cast<std::uint32_t>(y)) << 32) |
                      static_cast<std::uint32_t>(x))));
}

} // namespace perdure::inpaint
