// SPDX-License-Identifier: Apache-2.0
#include "store/printable.hpp"

#include "store/keys.hpp"

#include <perdure/error.hpp>

#include <cstring>

namespace perdure::store {
namespace {

std::string print_parsed(table where, std::string_view key) {
    switch (where) {
    case table::history: {
        const auto address = parse_history_key(key);
        return escaped(address.instance) + " step " + std::to_string(address.step);
    }
    case table::inbox: {
        const auto address = parse_inbox_key(key);
        return escaped(address.target) + " message " + std::to_string(address.order);
    }
    case table::timers: {
        const auto timer = parse_timer_key(key);
        return escaped(timer.instance) + " timer " + std::to_string(timer.task_id) + " due " +
               std::to_string(timer.due.time_since_epoch().count());
    }
    case table::heartbeats: {
        const auto address = parse_heartbeat_key(key);
        return escaped(address.instance) + " call " + std::to_string(address.call);
    }
    case table::scheduled: {
        const auto message = parse_scheduled_key(key);
        return escaped(message.target) + " message " + std::to_string(message.order) + " due " +
               std::to_string(message.due.time_since_epoch().count());
    }
    case table::entity_events: {
        const auto address = parse_entity_events_key(key);
        return escaped(address.entity) +
               (address.number == 0 ? " snapshot" : " event " + std::to_string(address.number));
    }
    case table::kept: {
        const auto address = parse_kept_key(key);
        return escaped(address.instance) + " event " + std::to_string(address.number);
    }
    case table::blob_counts:
    case table::blobs: {
        blob name;
        if (key.size() != name.hash.size())
            return escaped(key);
        std::memcpy(name.hash.data(), key.data(), key.size());
        return name.hex();
    }
    case table::meta:
    case table::instances:
    case table::active:
    case table::entities:
        break;
    }
    return escaped(key);
}

} // namespace

std::string printable(table where, std::string_view key) {
    try {
        return print_parsed(where, key);
    } catch (const error&) {
        return escaped(key);
    }
}

std::string escaped(std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string safe;
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (code >= 0x20 && code != 0x7f) {
            safe += c;
            continue;
        }
        safe += "\\x";
        safe += digits[code >> 4];
        safe += digits[code & 15];
    }
    return safe;
}

} // namespace perdure::store
