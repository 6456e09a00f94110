// SPDX-License-Identifier: Apache-2.0
#include "crash/sources.hpp"

#include "history/codec.hpp"
#include "store/keys.hpp"
#include "store/rocks_store.hpp"
#include "store/rows.hpp"

namespace perdure::crash {

using store::table;

std::optional<instance_status> client_source::status(const std::string& instance) {
    return client_->status(instance);
}

std::vector<history_entry> client_source::history(const std::string& instance) {
    try {
        return client_->history(instance);
    } catch (const error& refused) {
        if (refused.code() == errc::not_found)
            return {};
        throw;
    }
}

std::optional<purse> client_source::read_purse(const std::string& key) {
    return client_->read(purses[key]);
}
std::optional<listener> client_source::read_listener(const std::string& key) {
    return client_->read(listeners[key]);
}
std::optional<ledger> client_source::read_ledger(const std::string& key) {
    return client_->read(ledgers[key]);
}

disk_source::disk_source(const std::filesystem::path& hub)
    : rows_(store::read_rocks_store(hub / "store").rows) {}

std::optional<instance_status> disk_source::status(const std::string& instance) {
    const auto row = rows_->get(table::instances, instance);
    if (!row)
        return std::nullopt;
    return store::to_status(instance, store::decode_instance_row(*row));
}

std::vector<history_entry> disk_source::history(const std::string& instance) {
    std::vector<history_entry> entries;
    const std::string prefix = store::history_prefix(instance);
    rows_->scan(table::history, prefix, prefix, [&](std::string_view, std::string_view stored) {
        const history::step recorded = history::decode_step(stored);
        for (const auto* part : {&recorded.arrived, &recorded.decided})
            for (const auto& each : *part)
                entries.push_back(history::to_entry(each));
        return true;
    });
    return entries;
}

template <class E>
std::optional<E> disk_source::read(const entity_id& of) {
    const auto row = rows_->get(table::entities, of.text());
    if (!row)
        return std::nullopt;
    return codec<E>::decode(store::decode_entity_row(*row).state);
}

std::optional<purse> disk_source::read_purse(const std::string& key) {
    return read<purse>(purses[key].id());
}
std::optional<listener> disk_source::read_listener(const std::string& key) {
    return read<listener>(listeners[key].id());
}
std::optional<ledger> disk_source::read_ledger(const std::string& key) {
    return read<ledger>(ledgers[key].id());
}

} // namespace perdure::crash
