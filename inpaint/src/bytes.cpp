// SPDX-License-Identifier: Apache-2.0
// Grammar of every value: tag (4 bytes) | version (1) | body. Integers are little-endian.
#include "bytes.hpp"

#include <bit>

#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

byte_writer::byte_writer(std::string_view tag, std::uint8_t version) {
    out_.append(tag);
    put_u8(version);
}

namespace {

// All bytes at once: a field of a large picture has millions.
template <class Integer>
void append(std::string& out, Integer value) {
    char bytes[sizeof value];
    for (std::size_t i = 0; i < sizeof value; ++i)
        bytes[i] = static_cast<char>((value >> (8 * i)) & 0xff);
    out.append(bytes, sizeof bytes);
}

} // namespace

void byte_writer::put_u16(std::uint16_t value) {
    append(out_, value);
}

void byte_writer::put_u32(std::uint32_t value) {
    append(out_, value);
}

void byte_writer::put_u64(std::uint64_t value) {
    append(out_, value);
}

void byte_writer::put_varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        put_u8(static_cast<std::uint8_t>(0x80 | (value & 0x7f)));
    put_u8(static_cast<std::uint8_t>(value));
}

std::size_t byte_writer::varint_bytes(std::uint64_t value) {
    return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

void byte_writer::put_bytes(const void* data, std::size_t size) {
    if (size > 0)
        out_.append(static_cast<const char*>(data), size);
}

void byte_writer::put_nested(std::string_view encoded) {
    put_u64(encoded.size());
    out_.append(encoded);
}

byte_reader::byte_reader(std::string_view bytes, std::string_view tag, std::uint8_t version,
                         std::string_view what)
    : bytes_(bytes), what_(what) {
    if (get_bytes(tag.size()) != tag || get_u8() != version)
        fail();
}

std::uint8_t byte_reader::get_u8() {
    return static_cast<std::uint8_t>(get_bytes(1).front());
}

std::uint16_t byte_reader::get_u16() {
    const std::string_view two = get_bytes(2);
    return static_cast<std::uint16_t>(static_cast<std::uint8_t>(two[0]) |
                                      (static_cast<std::uint8_t>(two[1]) << 8));
}

std::uint32_t byte_reader::get_u32() {
    const std::uint32_t low = get_u16();
    return low | (static_cast<std::uint32_t>(get_u16()) << 16);
}

std::uint64_t byte_reader::get_u64() {
    const std::uint64_t low = get_u32();
    return low | (static_cast<std::uint64_t>(get_u32()) << 32);
}

std::uint64_t byte_reader::get_varint(int bits) {
    std::uint64_t value = 0;
    int shift = 0;
    for (;; shift += 7) {
        const std::uint64_t byte = get_u8();
        if (shift >= bits || (shift + 7 > bits && (byte & 0x7f) >> (bits - shift) != 0))
            fail();
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80 && (byte > 0 || shift == 0))
            return value;
        if (byte == 0)
            fail();
    }
}

int byte_reader::get_int(int least, int most) {
    const std::int64_t value = get_u32();
    if (value < least || value > most)
        fail();
    return static_cast<int>(value);
}

std::string_view byte_reader::get_bytes(std::size_t size) {
    if (size > bytes_.size())
        fail();
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
}

std::string_view byte_reader::get_nested() {
    const std::uint64_t size = get_u64();
    if (size > bytes_.size())
        fail();
    return get_bytes(static_cast<std::size_t>(size));
}

std::size_t byte_reader::get_count(std::size_t record_bytes) {
    const std::uint64_t count = get_u64();
    if (count > bytes_.size() / record_bytes)
        fail();
    return static_cast<std::size_t>(count);
}

std::vector<std::uint8_t> byte_reader::get_bits(std::size_t count) {
    const std::string_view bits = get_bytes((count + 7) / 8);
    const auto bit_at = [&](std::size_t i) {
        return static_cast<std::uint8_t>((static_cast<std::uint8_t>(bits[i / 8]) >> (i % 8)) & 1);
    };
    std::vector<std::uint8_t> flags(count);
    for (std::size_t i = 0; i < count; ++i)
        flags[i] = bit_at(i);
    for (std::size_t i = count; i < 8 * bits.size(); ++i)
        if (bit_at(i) != 0)
            fail();
    return flags;
}

void byte_reader::finish() const {
    if (!bytes_.empty())
        fail();
}

void byte_reader::fail() const {
    throw image_error("these bytes are not " + what_ +
                      " of this version; compute it again instead of repairing it");
}

std::string pack_bits(const std::vector<std::uint8_t>& flags) {
    std::string bits((flags.size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < flags.size(); ++i)
        if (flags[i] != 0)
            bits[i / 8] = static_cast<char>(static_cast<std::uint8_t>(bits[i / 8]) |
                                            static_cast<std::uint8_t>(1U << (i % 8)));
    return bits;
}

} // namespace perdure::inpaint
