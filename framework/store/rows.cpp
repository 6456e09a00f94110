// SPDX-License-Identifier: Apache-2.0
#include "store/rows.hpp"

#include "base/hash.hpp"
#include "history/fields.hpp"

#include <charconv>

namespace perdure::store {
namespace {

template <class Row>
Row decode(std::string_view stored) {
    try {
        return history::decode_fields<Row>(protozero::pbf_reader(stored.data(), stored.size()));
    } catch (const protozero::exception& e) {
        history::throw_damaged(e.what());
    }
}

} // namespace

instance_status to_status(const std::string& instance, const instance_row& row) {
    instance_status seen;
    seen.instance = instance;
    seen.name = row.name;
    seen.parent = row.parent.instance;
    seen.status = row.status;
    seen.created = row.created;
    seen.updated = row.updated;
    seen.input = row.input;
    seen.output = row.output;
    seen.custom_status = row.custom_status;
    if (row.status == runtime_status::failed)
        seen.failed = row.error;
    return seen;
}

std::string start_digest(const std::string& name, const payload& input) {
    const blob value = input.external ? *input.external : base::content_hash(input.data);
    std::string text = name + '\0' + static_cast<char>(input.kind);
    text.append(value.hash.begin(), value.hash.end());
    const blob all = base::content_hash(text);
    return std::string(all.hash.begin(), all.hash.begin() + 16);
}

std::string encode(const instance_row& row) {
    return history::encode_fields(row);
}
std::string encode(const entity_row& row) {
    return history::encode_fields(row);
}
std::string encode(const heartbeat_row& row) {
    return history::encode_fields(row);
}
std::string encode(const kept_event& row) {
    return history::encode_fields(row);
}
instance_row decode_instance_row(std::string_view stored) {
    return decode<instance_row>(stored);
}
entity_row decode_entity_row(std::string_view stored) {
    return decode<entity_row>(stored);
}
heartbeat_row decode_heartbeat_row(std::string_view stored) {
    return decode<heartbeat_row>(stored);
}
kept_event decode_kept_event(std::string_view stored) {
    return decode<kept_event>(stored);
}

std::string encode_clock(timestamp time) {
    return std::to_string(time.time_since_epoch().count());
}
timestamp decode_clock(std::string_view stored) {
    std::int64_t ms = 0;
    const auto parsed = std::from_chars(stored.data(), stored.data() + stored.size(), ms);
    if (parsed.ec != std::errc() || ms < 0 || std::to_string(ms) != stored)
        history::throw_damaged("the hub's clock is no time");
    return timestamp(std::chrono::milliseconds(ms));
}

std::string encode_count(std::uint64_t references) {
    return std::to_string(references);
}
std::uint64_t decode_count(std::string_view stored) {
    std::uint64_t count = 0;
    const auto parsed = std::from_chars(stored.data(), stored.data() + stored.size(), count);
    if (parsed.ec != std::errc() || count == 0 || encode_count(count) != stored)
        history::throw_damaged("it is not a count of references");
    return count;
}

} // namespace perdure::store
