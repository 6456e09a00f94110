// SPDX-License-Identifier: Apache-2.0
#include "actors/blob_ledger.hpp"

#include "store/keys.hpp"
#include "store/rows.hpp"

#include <perdure/error.hpp>

namespace perdure::actors {

void blob_ledger::add(commit& part) {
    for (auto& each : part.blobs)
        data_.emplace(each.name, std::move(each.data));
    for (const blob& each : part.retained)
        ++deltas_[each];
    for (const blob& each : part.released)
        --deltas_[each];
    for (const auto& message : part.consumed)
        for (const blob& each : message.blobs)
            --deltas_[each];
}

std::uint64_t blob_ledger::stored_count(const blob& name) {
    const auto known = counts_.find(name);
    if (known != counts_.end())
        return known->second;
    const auto row = rows_->get(store::table::blob_counts, store::blob_key(name));
    return row ? store::decode_count(*row) : 0;
}

void blob_ledger::settle(std::vector<store::change>& changes) {
    for (const auto& [name, delta] : deltas_) {
        if (delta == 0)
            continue;
        const std::uint64_t before = stored_count(name);
        if (delta < 0 && before < static_cast<std::uint64_t>(-delta))
            throw error(errc::storage, "blob " + name.hex() +
                                           " has fewer references than are "
                                           "released; the hub is damaged");
        const std::uint64_t after = before + static_cast<std::uint64_t>(delta);
        std::string key(store::blob_key(name));
        if (before == 0) {
            if (const auto fresh = data_.find(name); fresh != data_.end())
                changes.push_back({store::table::blobs, key, fresh->second});
        }
        if (after == 0) {
            changes.push_back({store::table::blobs, key, std::nullopt});
            changes.push_back({store::table::blob_counts, std::move(key), std::nullopt});
            counts_.erase(name);
        } else {
            changes.push_back(
                {store::table::blob_counts, std::move(key), store::encode_count(after)});
            counts_[name] = after;
        }
    }
    deltas_.clear();
    data_.clear();
}

} // namespace perdure::actors
