// SPDX-License-Identifier: Apache-2.0
#include "actors/blob_cache.hpp"

#include "store/keys.hpp"

#include <perdure/error.hpp>

namespace perdure::actors {

std::shared_ptr<const std::string> blob_cache::load(const blob& name) {
    {
        const std::scoped_lock lock(mutex_);
        if (const auto found = index_.find(name); found != index_.end()) {
            recent_.splice(recent_.begin(), recent_, found->second);
            return found->second->data;
        }
    }
    auto row = rows_->get(store::table::blobs, store::blob_key(name));
    if (!row)
        throw error(errc::not_found,
                    "blob " + name.hex() + " is not in this task hub: nothing stored refers to it");
    auto data = std::make_shared<const std::string>(std::move(*row));
    const std::scoped_lock lock(mutex_);
    insert(name, data);
    return data;
}

std::optional<std::vector<turn::new_blob>> blob_cache::find(const std::vector<blob>& names) {
    std::vector<turn::new_blob> found;
    const std::scoped_lock lock(mutex_);
    for (const blob& name : names) {
        const auto known = index_.find(name);
        if (known == index_.end())
            return std::nullopt;
        found.push_back(*known->second);
    }
    return found;
}

void blob_cache::remember(const turn::new_blob& made) {
    const std::scoped_lock lock(mutex_);
    insert(made.name, made.data);
}

void blob_cache::insert(const blob& name, std::shared_ptr<const std::string> data) {
    if (data->size() > bytes_max_ || index_.contains(name))
        return;
    bytes_ += data->size();
    recent_.push_front({name, std::move(data)});
    index_.emplace(name, recent_.begin());
    while (bytes_ > bytes_max_) {
        bytes_ -= recent_.back().data->size();
        index_.erase(recent_.back().name);
        recent_.pop_back();
    }
}

} // namespace perdure::actors
