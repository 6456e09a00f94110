// SPDX-License-Identifier: Apache-2.0
// What reads RocksDB's own files. The cutter of manifests: of a manifest made of records and an end
// made of anything, it keeps all records, or leaves the manifest alone. It never cuts to nothing,
// and what is left needs no cut. The reading of logs: of a log made of batches, all changes are
// found, whatever follows.
#include "target.hpp"

#include "store/log_reach.hpp"
#include "store/manifest_tail.hpp"

#include <algorithm>
#include <string>
#include <vector>

using perdure::store::log_reach;
using perdure::store::readable_prefix;

namespace {

constexpr std::size_t block_size = 32768;
constexpr std::size_t header_size = 7;

std::uint32_t masked_crc(std::string_view bytes) {
    std::uint32_t sum = 0xffffffff;
    for (const char c : bytes) {
        sum ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0x82f63b78 : 0);
    }
    sum = ~sum;
    return ((sum >> 15) | (sum << 17)) + 0xa282ead8;
}

void append_little_endian(std::string& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out += static_cast<char>((value >> (8 * i)) & 0xff);
}

/// A log as RocksDB writes it (log_format.h): records are split where a block ends.
class log {
  public:
    void add(std::string_view content) {
        bool begins = true;
        do {
            const std::size_t left = block_size - bytes_.size() % block_size;
            if (left < header_size) {
                bytes_.append(left, '\0');
                continue;
            }
            const std::size_t size = std::min(content.size(), left - header_size);
            const bool ends = size == content.size();
            add_part(content.substr(0, size), begins ? (ends ? 1 : 2) : (ends ? 4 : 3));
            content.remove_prefix(size);
            begins = false;
            if (ends)
                break;
        } while (true);
        ends_.push_back(bytes_.size());
    }

    const std::string& bytes() const { return bytes_; }
    bool is_end(std::size_t at) const { return std::count(ends_.begin(), ends_.end(), at) != 0; }

  private:
    void add_part(std::string_view part, char type) {
        const std::string typed = type + std::string(part);
        append_little_endian(bytes_, masked_crc(typed), 4);
        append_little_endian(bytes_, static_cast<std::uint32_t>(part.size()), 2);
        bytes_ += typed;
    }

    std::string bytes_;
    std::vector<std::size_t> ends_;
};

void check_cut(std::string_view manifest) {
    const auto kept = readable_prefix(manifest);
    if (!kept)
        return;
    fuzz::require(*kept > 0 && *kept < manifest.size(), "a cut leaves something and takes some");
    fuzz::require(!readable_prefix(manifest.substr(0, *kept)), "what is left needs no cut");
}

log_reach reach_of(std::string_view log) {
    perdure::store::log_reading reading;
    reading.begin_log(1);
    for (std::size_t at = 0; at < log.size(); at += block_size)
        if (!reading.read_block(log.substr(at, block_size)))
            break;
    reading.end_log();
    return reading.reach();
}

/// A batch as far as a log is concerned.
std::string batch(std::uint64_t first, std::uint32_t count, std::string_view rest) {
    std::string bytes;
    append_little_endian(bytes, static_cast<std::uint32_t>(first), 4);
    append_little_endian(bytes, static_cast<std::uint32_t>(first >> 32), 4);
    append_little_endian(bytes, count, 4);
    return bytes.append(rest);
}

void check_log(fuzz::source in) {
    log sound;
    std::uint64_t last = 0;
    for (std::uint8_t left = in.number(7); left > 0; --left) {
        const std::uint32_t count = 1U + in.number(200);
        const std::size_t padding = in.number(3) == 3 ? block_size - 64 + in.number(63) : 0;
        sound.add(batch(last + 1, count, std::string(padding, 'x')));
        last += count;
    }
    const log_reach whole = reach_of(sound.bytes());
    fuzz::require(whole.last == last && !whole.cut_in, "a sound log is read to its end");
    const log_reach more = reach_of(sound.bytes() + std::string(in.rest()));
    fuzz::require(more.last >= last, "what follows takes nothing away");
}

} // namespace

void fuzz::test(std::string_view bytes) {
    check_cut(bytes);
    static_cast<void>(reach_of(bytes));
    check_log(source(bytes));

    source in(bytes);
    log sound;
    for (std::uint8_t left = in.number(7); left > 0; --left) {
        // Sizes near that of a block are the interesting ones.
        const std::size_t padding = in.number(3) == 3 ? block_size - 64 + in.number(63) : 0;
        sound.add(std::string(in.text().substr(0, 64)) + std::string(padding, 'x'));
    }
    require(!readable_prefix(sound.bytes()), "a sound manifest is left alone");

    const std::string torn = sound.bytes() + std::string(in.rest());
    check_cut(torn);
    if (const auto kept = readable_prefix(torn))
        require(*kept >= sound.bytes().size(), "no record is cut off");

    const std::size_t cut = bytes.size() * 977 % (sound.bytes().size() + 1);
    if (const auto kept = readable_prefix(std::string_view(sound.bytes()).substr(0, cut)))
        require(sound.is_end(*kept), "a cut is where a record ends");
}
