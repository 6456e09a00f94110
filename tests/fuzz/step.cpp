// SPDX-License-Identifier: Apache-2.0
// A history row: any bytes are a step or are refused; what was read is written in one way, of a
// size in proportion to the input, and is read back as the same step.
#include "target.hpp"

#include "history/codec.hpp"

using namespace perdure::history;

void fuzz::test(std::string_view bytes) {
    const auto read = accepted([&] { return decode_step(bytes); });
    if (!read)
        return;
    const std::string stored = encode(*read);
    const step again = decode_step(stored);
    require(again == *read, "a step comes back as it was");
    require(encode(again) == stored, "a step is stored in one way");
    require(stored.size() <= 16 + 4 * bytes.size(), "a step does not grow");
    for (const event& each : read->arrived) {
        require(!describe(each).empty(), "an event can be described");
        require(to_entry(each).kind == label(each), "an event can be listed");
    }
}
