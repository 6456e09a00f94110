// SPDX-License-Identifier: Apache-2.0
#include "store/log_records.hpp"

#include <rocksdb/file_checksum.h>

#include <algorithm>
#include <memory>
#include <string>

namespace perdure::store {
namespace {

constexpr std::size_t header_size = 7; // checksum (4), length (2), type (1)
constexpr std::size_t recyclable_header_size = header_size + 4; // and a log number

/// RocksDB's own CRC-32C, in the masked form that its logs hold (crc32c.h).
std::uint32_t masked_crc(std::string_view bytes) {
    static const auto factory = rocksdb::GetFileChecksumGenCrc32cFactory();
    const auto sum = factory->CreateFileChecksumGenerator({});
    sum->Update(bytes.data(), bytes.size());
    sum->Finalize();
    std::string crc = sum->GetChecksum();
    std::reverse(crc.begin(), crc.end()); // it is given big-endian
    const auto value = static_cast<std::uint32_t>(little_endian(crc));
    return ((value >> 15) | (value << 17)) + 0xa282ead8u;
}

} // namespace

std::uint64_t little_endian(std::string_view bytes) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = (value << 8) | static_cast<unsigned char>(bytes[i]);
    return value;
}

std::optional<log_record> record_at(std::string_view log, std::size_t at) {
    const std::size_t block_end = std::min(log.size(), (at / log_block_size + 1) * log_block_size);
    if (block_end - at < header_size)
        return std::nullopt;
    const std::string_view rest = log.substr(at, block_end - at);
    const auto type = static_cast<unsigned char>(rest[6]);
    if (type < 1 || type > 8)
        return std::nullopt;
    const std::size_t header = type > 4 ? recyclable_header_size : header_size;
    const std::size_t size = header + little_endian(rest.substr(4, 2));
    if (size > rest.size() ||
        little_endian(rest.substr(0, 4)) != masked_crc(rest.substr(6, size - 6)))
        return std::nullopt;
    return log_record{static_cast<record_kind>(type > 4 ? type - 4 : type), size,
                      rest.substr(header, size - header)};
}

std::size_t next_record(std::size_t at) noexcept {
    const std::size_t left = log_block_size - at % log_block_size;
    return left < header_size ? at + left : at;
}

} // namespace perdure::store
