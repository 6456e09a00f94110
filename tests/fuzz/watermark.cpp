// SPDX-License-Identifier: Apache-2.0
// The watermark of a database: any bytes hold a mark or none; what was written is read, and a
// changed byte of the only slot in use leaves none.
#include "target.hpp"

#include "store/watermark.hpp"

#include <algorithm>
#include <string>

using namespace perdure::store;

namespace {

constexpr std::size_t second_slot = 4096;
constexpr std::size_t least_slot = 40; // of older builds

/// A file of two slots, from bytes that a slot is long.
std::string file_of(std::string_view first, std::string_view second) {
    std::string bytes(second_slot, '\0');
    std::copy_n(first.begin(), std::min(first.size(), second_slot), bytes.begin());
    return bytes.append(second);
}

} // namespace

void fuzz::test(std::string_view bytes) {
    source in(bytes);
    // The number of a log stands where older builds had a checksum: it can't be one by chance.
    const mark written{in.word(), in.word(), in.word(), in.byte(), in.byte()};
    const std::size_t position = in.byte();
    const std::uint8_t change = in.byte();
    const std::string_view any = in.text();

    std::string file = encode_watermark(written);
    require(decode_watermark(file) == written, "what was written is read");
    const std::string slot = file.substr(0, 56);
    require(decode_watermark(file_of({}, slot)) == written, "either slot can be read");
    if (const auto found = decode_watermark(file_of(slot, any)))
        require(*found == written || any.size() >= least_slot, "half a slot is none");
    static_cast<void>(decode_watermark(any)); // any size
    if (change != 0) {
        char& changed = file[position % slot.size()];
        changed = static_cast<char>(changed ^ change);
        require(!decode_watermark(file), "a changed byte is noticed");
    }
}
