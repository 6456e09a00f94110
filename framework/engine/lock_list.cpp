// SPDX-License-Identifier: Apache-2.0
// client::locks(): holders are in the rows of entities, those who wait are in their inboxes.
#include "engine/hub.hpp"

#include "history/codec.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"

#include <map>

namespace perdure {

using store::table;

std::vector<lock_status> client::locks() {
    const auto entered = hub_->enter();
    store::store& rows = *hub_->services().rows;
    std::map<std::string, lock_status, std::less<>> by_entity;
    rows.scan(table::entities, {}, {}, [&](std::string_view id, std::string_view stored) {
        if (const auto row = store::decode_entity_row(stored); row.is_locked())
            by_entity[std::string(id)].held = {row.holder.instance, row.locked};
        return true;
    });
    rows.scan(table::inbox, {}, {}, [&](std::string_view key, std::string_view stored) {
        const history::message sent = history::decode_message(stored);
        if (std::holds_alternative<history::lock_requested>(sent.body))
            by_entity[store::parse_inbox_key(key).target].waiting.push_back(sent.sender);
        return true;
    });
    std::vector<lock_status> all;
    for (auto& [id, seen] : by_entity) {
        seen.entity = entity_id::parse(id);
        all.push_back(std::move(seen));
    }
    return all;
}

} // namespace perdure
