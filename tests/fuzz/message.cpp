// SPDX-License-Identifier: Apache-2.0
// An inbox row: any bytes are a message or are refused; what was read is written in one way and is
// read back as the same message.
#include "target.hpp"

#include "history/codec.hpp"

using namespace perdure::history;

void fuzz::test(std::string_view bytes) {
    const auto read = accepted([&] { return decode_message(bytes); });
    if (!read)
        return;
    const std::string stored = encode(*read);
    const message again = decode_message(stored);
    require(again == *read, "a message comes back as it was");
    require(encode(again) == stored, "a message is stored in one way");
}
