// SPDX-License-Identifier: Apache-2.0
// The form of RocksDB's logs and manifests (log_format.h): blocks of 32 KiB, and in them records
// with a masked CRC-32C. What is larger than the rest of a block is split into several records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace perdure::store {

constexpr std::size_t log_block_size = 32768;

/// A number as RocksDB writes it; at most 8 bytes.
std::uint64_t little_endian(std::string_view bytes) noexcept;

/// How content is split into records. Recyclable kinds are these plus four.
enum class record_kind : std::uint8_t { full = 1, first = 2, middle = 3, last = 4 };

struct log_record {
    record_kind kind;
    std::size_t size; ///< With its header.
    std::string_view content;

    bool begins() const noexcept { return kind == record_kind::full || kind == record_kind::first; }
    bool ends() const noexcept { return kind == record_kind::full || kind == record_kind::last; }
};

/// The record that begins at `at`, if there is one that can be read. Records end in their block.
std::optional<log_record> record_at(std::string_view log, std::size_t at);

/// Where the next record begins, if one ends at `at`: the last few bytes of a block, too few for a
/// header, stay unused.
std::size_t next_record(std::size_t at) noexcept;

} // namespace perdure::store
