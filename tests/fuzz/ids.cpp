// SPDX-License-Identifier: Apache-2.0
// Names in their text form: what is accepted is printed as it was read, and an instance id that is
// accepted has a place in every key.
#include "target.hpp"

#include "store/keys.hpp"

#include <perdure/payload.hpp>

#include <algorithm>

using namespace perdure;

namespace {

void check_entity_id(std::string_view text) {
    const auto read =
        fuzz::accepted([&] { return entity_id::parse(text); }, errc::invalid_argument);
    if (!read)
        return;
    fuzz::require(read->text() == text, "an entity id is printed as it was read");
    const std::string key = store::inbox_key(text, 7);
    fuzz::require(store::parse_inbox_key(key).target == text, "an entity has an inbox");
}

void check_instance_id(std::string_view text) {
    const auto taken = fuzz::accepted(
        [&] {
            require_instance_id(text);
            return true;
        },
        errc::invalid_argument);
    if (!taken)
        return;
    fuzz::require(!text.empty() && text.size() <= 256 && text[0] != '@', "an instance id is short");
    fuzz::require(std::none_of(text.begin(), text.end(), [](char c) { return c > 0 && c < ' '; }),
                  "an instance id holds no control characters");
    fuzz::require(store::parse_history_key(store::history_key(text, 3)).instance == text,
                  "an instance has a history");
    const store::timer_address timer{timestamp{}, std::string(text), 4};
    fuzz::require(store::parse_timer_key(store::timer_key(timer)) == timer,
                  "an instance has timers");
}

void check_blob_name(std::string_view text) {
    const auto read = fuzz::accepted([&] { return blob::from_hex(text); }, errc::conversion);
    if (read)
        fuzz::require(read->hex() == text, "a blob's name is printed as it was read");
}

} // namespace

void fuzz::test(std::string_view bytes) {
    check_entity_id(bytes);
    check_instance_id(bytes);
    check_blob_name(bytes);
}
