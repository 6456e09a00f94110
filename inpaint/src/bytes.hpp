// SPDX-License-Identifier: Apache-2.0
// Little-endian bytes with a tag and a version in front: what every encode() and decode() of the
// library is made of. A reader never reads past its input and reserves nothing the input does not
// cover.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace perdure::inpaint {

class byte_writer {
  public:
    /// Four letters that say what the bytes are, then the format's version.
    byte_writer(std::string_view tag, std::uint8_t version);

    void put_u8(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
    void put_u16(std::uint16_t value);
    void put_u32(std::uint32_t value);
    void put_u64(std::uint64_t value);
    /// Seven bits a byte, the lowest first; the highest bit says that more follow.
    void put_varint(std::uint64_t value);
    static std::size_t varint_bytes(std::uint64_t value);
    void put_bytes(const void* data, std::size_t size);
    void put_nested(std::string_view encoded); // length-prefixed
    void reserve(std::size_t extra_bytes) { out_.reserve(out_.size() + extra_bytes); }
    std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

/// Every get throws image_error when too few bytes are left.
class byte_reader {
  public:
    /// `what` names the value in errors, for example "a field".
    byte_reader(std::string_view bytes, std::string_view tag, std::uint8_t version,
                std::string_view what);

    std::uint8_t get_u8();
    std::uint16_t get_u16();
    std::uint32_t get_u32();
    std::uint64_t get_u64();
    /// Of at most `bits` bits, in no more bytes than these need.
    std::uint64_t get_varint(int bits);
    /// A u32 that must lie in [least, most].
    int get_int(int least, int most);
    std::string_view get_bytes(std::size_t size);
    std::string_view get_nested();
    /// So many flags, as pack_bits() makes them.
    std::vector<std::uint8_t> get_bits(std::size_t count);
    /// A count of records of `record_bytes` each, all of which must still be present.
    std::size_t get_count(std::size_t record_bytes);
    std::size_t left() const { return bytes_.size(); }
    /// Throws image_error when bytes are left over.
    void finish() const;
    [[noreturn]] void fail() const;

  private:
    std::string_view bytes_;
    std::string what_;
};

/// Flags (0 or 1) as bits, the first in the lowest bit; what is left of the last byte is 0.
std::string pack_bits(const std::vector<std::uint8_t>& flags);

} // namespace perdure::inpaint
