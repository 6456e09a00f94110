// SPDX-License-Identifier: Apache-2.0
// Rows that are rewritten in place: any bytes are a row or are refused; a row is written in one
// way, and rewriting it loses nothing, not even fields that this build does not know. Batches of
// events and snapshots: the same, but for unknown fields.
#include "target.hpp"

#include "history/entity_events.hpp"
#include "store/rows.hpp"

using namespace perdure;

namespace {

template <class Decode>
void check_row(std::string_view bytes, Decode decode) {
    const auto read = fuzz::accepted([&] { return decode(bytes); });
    if (!read)
        return;
    const std::string stored = store::encode(*read);
    const auto again = decode(stored);
    fuzz::require(store::encode(again) == stored, "a row is stored in one way");
    fuzz::require(again.unknown_fields == read->unknown_fields, "unknown fields are kept");
}

void check_instance_row(std::string_view bytes) {
    check_row(bytes, store::decode_instance_row);
    const auto read = fuzz::accepted([&] { return store::decode_instance_row(bytes); });
    if (read) {
        const instance_status seen = store::to_status("i", *read);
        fuzz::require(to_string(seen.status) != std::string_view("Unknown"), "a status is known");
    }
}

void check_small_rows(std::string_view bytes) {
    check_row(bytes, store::decode_entity_row);
    check_row(bytes, store::decode_heartbeat_row);
}

void check_count(std::string_view bytes) {
    const auto read = fuzz::accepted([&] { return store::decode_count(bytes); });
    if (read)
        fuzz::require(store::encode_count(*read) == bytes, "a count is stored in one way");
}

void check_clock(std::string_view bytes) {
    const auto read = fuzz::accepted([&] { return store::decode_clock(bytes); });
    if (read)
        fuzz::require(store::encode_clock(*read) == bytes, "a time is stored in one way");
}

template <class Decode>
void check_events(std::string_view bytes, Decode decode) {
    const auto read = fuzz::accepted([&] { return decode(bytes); });
    if (!read)
        return;
    const std::string stored = history::encode(*read);
    fuzz::require(decode(stored) == *read, "what was read is written");
    fuzz::require(history::encode(decode(stored)) == stored, "it is stored in one way");
}

} // namespace

void fuzz::test(std::string_view bytes) {
    source in(bytes);
    switch (in.number(6)) {
    case 0:
        return check_instance_row(in.rest());
    case 1:
        return check_small_rows(in.rest());
    case 2:
        return check_count(in.rest());
    case 3:
        return check_clock(in.rest());
    case 4:
        return check_events(in.rest(), history::decode_event_batch);
    case 5:
        return check_events(in.rest(), history::decode_snapshot);
    default:
        return check_row(in.rest(), store::decode_kept_event);
    }
}
