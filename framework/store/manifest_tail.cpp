// SPDX-License-Identifier: Apache-2.0
#include "store/manifest_tail.hpp"

#include <rocksdb/file_checksum.h>

#include <algorithm>
#include <cstdint>
#include <memory>

namespace perdure::store {
namespace {

constexpr std::size_t block_size = 32768;
constexpr std::size_t header_size = 7; // checksum (4), length (2), type (1)
constexpr std::size_t recyclable_header_size = header_size + 4; // and a log number

/// How records are split over blocks. Recyclable kinds are these plus four.
enum class kind : std::uint8_t { full = 1, first = 2, middle = 3, last = 4 };

struct record {
    kind part;
    std::size_t size; ///< With its header.
};

std::uint32_t little_endian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = (value << 8) | static_cast<unsigned char>(bytes[i]);
    return value;
}

/// RocksDB's own CRC-32C, in the masked form that its logs hold (crc32c.h).
std::uint32_t masked_crc(std::string_view bytes) {
    static const auto factory = rocksdb::GetFileChecksumGenCrc32cFactory();
    const auto sum = factory->CreateFileChecksumGenerator({});
    sum->Update(bytes.data(), bytes.size());
    sum->Finalize();
    std::string crc = sum->GetChecksum();
    std::reverse(crc.begin(), crc.end()); // it is given big-endian
    const std::uint32_t value = little_endian(crc);
    return ((value >> 15) | (value << 17)) + 0xa282ead8u;
}

/// The record that begins at `at`, if there is one that can be read. Records end in their block.
std::optional<record> record_at(std::string_view manifest, std::size_t at) {
    const std::size_t block_end = std::min(manifest.size(), (at / block_size + 1) * block_size);
    if (block_end - at < header_size)
        return std::nullopt;
    const std::string_view rest = manifest.substr(at, block_end - at);
    const auto type = static_cast<unsigned char>(rest[6]);
    if (type < 1 || type > 8)
        return std::nullopt;
    const std::size_t header = type > 4 ? recyclable_header_size : header_size;
    const std::size_t size = header + little_endian(rest.substr(4, 2));
    if (size > rest.size() ||
        little_endian(rest.substr(0, 4)) != masked_crc(rest.substr(6, size - 6)))
        return std::nullopt;
    return record{static_cast<kind>(type > 4 ? type - 4 : type), size};
}

/// Where the next record begins: the last few bytes of a block, too few for a header, stay unused.
std::size_t next_begin(std::size_t at) {
    const std::size_t left = block_size - at % block_size;
    return left < header_size ? at + left : at;
}

bool has_record_after(std::string_view manifest, std::size_t at) {
    for (std::size_t i = at + 1; i < manifest.size(); ++i)
        if (record_at(manifest, i))
            return true;
    return false;
}

struct reading {
    std::size_t complete = 0; ///< End of the last record that is there as a whole.
    std::size_t stopped = 0; ///< Where something can't be read, or the end.
};

reading read_records(std::string_view manifest) {
    reading seen;
    bool is_inside = false;
    while (seen.stopped < manifest.size()) {
        const auto found = record_at(manifest, seen.stopped);
        const bool begins = found && (found->part == kind::full || found->part == kind::first);
        if (!found || begins == is_inside)
            break;
        seen.stopped += found->size;
        is_inside = found->part == kind::first || found->part == kind::middle;
        if (!is_inside)
            seen.complete = seen.stopped;
        seen.stopped = next_begin(seen.stopped);
    }
    return seen;
}

} // namespace

std::size_t readable_bytes(std::string_view manifest) {
    return read_records(manifest).complete;
}

std::optional<std::size_t> readable_prefix(std::string_view manifest) {
    const auto [complete, stopped] = read_records(manifest);
    if (complete == 0 || complete >= manifest.size() || has_record_after(manifest, stopped))
        return std::nullopt;
    return complete;
}

} // namespace perdure::store
