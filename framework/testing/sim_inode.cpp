// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_inode.hpp"

#include <algorithm>

namespace perdure::testing {

void sim_inode::write(std::size_t offset, std::string_view bytes) {
    const std::size_t end = offset + bytes.size();
    if (end > live_.size()) {
        mark_dirty(std::min(offset, live_.size()), end);
        live_.resize(end);
    }
    mark_dirty(offset, end);
    live_.replace(offset, bytes.size(), bytes);
}

void sim_inode::truncate(std::size_t size) {
    if (size > live_.size())
        mark_dirty(live_.size(), size);
    live_.resize(size);
    dirty_.resize((size + sector_bytes - 1) / sector_bytes);
}

void sim_inode::sync() {
    durable_.resize(live_.size());
    for (std::size_t sector = 0; sector < dirty_.size(); ++sector)
        if (dirty_[sector])
            settle_sector(sector, live_.size());
}

void sim_inode::forget() {
    dirty_.assign(dirty_.size(), false);
}

void sim_inode::cut_power(loss which, base::random_stream& random) {
    const std::size_t before = durable_.size();
    const bool is_longer = live_.size() > before;
    std::size_t size = live_.size();
    if (which == loss::all)
        size = before;
    else if (which == loss::tail)
        size = is_longer ? before + random.draw() % (live_.size() - before + 1)
                         : (random.draw() % 2 == 0 ? live_.size() : before);
    durable_.resize(size);
    for (std::size_t sector = 0; sector < dirty_.size(); ++sector) {
        if (!dirty_[sector] || sector * sector_bytes >= size)
            continue;
        const std::size_t end = std::min((sector + 1) * sector_bytes, size);
        bool rests = which != loss::all;
        // A tail is cut at its end only; a sector that was written over may be old anywhere.
        if (which == loss::tail)
            rests = end > before || random.draw() % 2 == 0;
        if (which == loss::sectors_zero || which == loss::sectors_garbage)
            rests = random.draw() % 2 == 0;
        if (rests)
            settle_sector(sector, size);
        else if (which == loss::sectors_garbage)
            for (std::size_t i = std::max(before, sector * sector_bytes); i < end; ++i)
                durable_[i] = static_cast<char>(random.draw());
    }
    live_ = durable_;
    dirty_.assign((size + sector_bytes - 1) / sector_bytes, false);
}

void sim_inode::flip_bit(std::size_t bit) {
    const auto mask = static_cast<char>(1 << (bit % 8));
    if (bit / 8 < live_.size())
        live_[bit / 8] = static_cast<char>(live_[bit / 8] ^ mask);
    if (bit / 8 < durable_.size())
        durable_[bit / 8] = static_cast<char>(durable_[bit / 8] ^ mask);
}

void sim_inode::mark_dirty(std::size_t from, std::size_t to) {
    if (from == to)
        return;
    dirty_.resize(std::max(dirty_.size(), (to + sector_bytes - 1) / sector_bytes));
    for (std::size_t sector = from / sector_bytes; sector * sector_bytes < to; ++sector)
        dirty_[sector] = true;
}

/// Brings a dirty sector to the medium, as far as a file of `size` bytes has it.
void sim_inode::settle_sector(std::size_t sector, std::size_t size) {
    const std::size_t begin = sector * sector_bytes;
    const std::size_t end = std::min({begin + sector_bytes, size, live_.size()});
    if (begin < end)
        durable_.replace(begin, end - begin, live_, begin, end - begin);
    dirty_[sector] = false;
}

} // namespace perdure::testing
