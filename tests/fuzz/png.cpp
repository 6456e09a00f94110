// SPDX-License-Identifier: Apache-2.0
// PNG files: any bytes are a picture within the limits or are refused. Inputs are tried with the
// checksums of their chunks made right, too: otherwise hardly a changed one is read at all.
#include "picture.hpp"

#include <array>
#include <string>

namespace {

constexpr std::size_t signature_size = 8;
constexpr std::size_t frame_size = 12; // of a chunk: size, kind, checksum

std::uint32_t big_endian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (const char c : bytes.substr(0, 4))
        value = (value << 8) | static_cast<unsigned char>(c);
    return value;
}

std::uint32_t crc(std::string_view bytes) {
    std::uint32_t sum = 0xffffffff;
    for (const char c : bytes) {
        sum ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xedb88320 : 0);
    }
    return ~sum;
}

std::string with_right_checksums(std::string_view file) {
    std::string right(file);
    std::size_t at = signature_size;
    while (at + frame_size <= file.size()) {
        const std::size_t size = big_endian(file.substr(at));
        if (size > file.size() - at - frame_size)
            break;
        const std::uint32_t sum = crc(file.substr(at + 4, 4 + size));
        for (std::size_t i = 0; i < 4; ++i)
            right[at + 8 + size + i] = static_cast<char>(sum >> (24 - 8 * i));
        at += frame_size + size;
    }
    return right;
}

} // namespace

void fuzz::test(std::string_view bytes) {
    check_picture(bytes);
    check_picture(with_right_checksums(bytes));
}
