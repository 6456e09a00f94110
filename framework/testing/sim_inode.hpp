// SPDX-License-Identifier: Apache-2.0
// The bytes of one simulated file, twice: as the running machine sees them, and as the medium has
// them. A sector that was written and not synced since is dirty; what a power cut makes of the
// dirty ones is the caller's choice.
#pragma once

#include "base/random.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace perdure::testing {

class sim_inode {
  public:
    static constexpr std::size_t sector_bytes = 512;

    /// Writes at `offset`; a gap before it reads as zeros.
    void write(std::size_t offset, std::string_view bytes);
    void truncate(std::size_t size);
    void sync();
    /// A sync that failed, as Linux does it: the dirty pages count as clean and stay readable, but
    /// no later sync writes them.
    void forget();

    /// What the medium may have of the unsynced part.
    enum class loss {
        all, ///< Only synced bytes rest.
        tail, ///< The unsynced bytes up to a random place rest.
        sectors_zero, ///< Each dirty sector rests or not; new ones that don't are zero.
        sectors_garbage, ///< The same, new ones that don't are random bytes.
        none, ///< Everything rests.
    };
    void cut_power(loss which, base::random_stream& random);

    const std::string& bytes() const noexcept { return live_; }
    /// Bytes that the medium has for sure.
    std::size_t synced_size() const noexcept { return durable_.size(); }
    /// Changes one bit, in memory and on the medium, as a decaying medium would.
    void flip_bit(std::size_t bit);

  private:
    void mark_dirty(std::size_t from, std::size_t to);
    void settle_sector(std::size_t sector, std::size_t size);

    std::string live_, durable_;
    std::vector<bool> dirty_; ///< By sector of live_.
};

} // namespace perdure::testing
