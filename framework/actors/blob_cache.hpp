// SPDX-License-Identifier: Apache-2.0
// Blobs by name, with the recently used ones kept in memory. Blobs never change, so neither does
// what this returns.
#pragma once

#include "actors/blob_ledger.hpp"
#include "store/store.hpp"
#include "turn/decision.hpp"

#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace perdure::actors {

/// Threads: all members from any thread.
class blob_cache final : public turn::blob_source {
  public:
    blob_cache(store::store& rows, std::size_t bytes_max) : rows_(&rows), bytes_max_(bytes_max) {}

    std::shared_ptr<const std::string> load(const blob& name) override;
    /// Those blobs, if all of them are in memory.
    std::optional<std::vector<turn::new_blob>> find(const std::vector<blob>& names);
    /// Remembers a blob that is about to be stored.
    void remember(const turn::new_blob& made);

  private:
    void insert(const blob& name, std::shared_ptr<const std::string> data);

    store::store* rows_;
    std::size_t bytes_max_;
    std::mutex mutex_;
    std::list<turn::new_blob> recent_; ///< Most recently used first.
    std::unordered_map<blob, std::list<turn::new_blob>::iterator, blob_hasher> index_;
    std::size_t bytes_ = 0;
};

} // namespace perdure::actors
