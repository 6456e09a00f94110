// SPDX-License-Identifier: Apache-2.0
// A store in memory that a test can fail, and that forgets on a power cut what was not synced.
#pragma once

#include "store/store.hpp"

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace perdure::testing {

/// Threads: one at a time. A visit of scan() must not write.
class memory_store final : public store::store {
  public:
    using table = perdure::store::table;

    std::optional<std::string> get(table where, std::string_view key) override;
    void scan(table where, std::string_view prefix, std::string_view from,
              const std::function<bool(std::string_view, std::string_view)>& visit) override;
    void write(const std::vector<perdure::store::change>& changes, bool sync) override;

    /// What becomes of the next write. Failing ones throw error (storage).
    enum class outcome : std::uint8_t { done, refused, done_but_reported_failed };
    /// Asked before each write; empty: every write is done.
    std::function<outcome()> on_write;
    /// Called before each scan, as if it happened on another thread just then.
    std::function<void(table)> on_scan;

    /// How many of the newest batches are not synced.
    std::size_t unsynced() const noexcept { return undo_.size(); }
    /// As when a store is opened: what can be read is durable from then on.
    void settle() noexcept { undo_.clear(); }
    /// Takes back the newest `batches`, at most the unsynced ones. The rest counts as synced.
    void power_cut(std::size_t batches);

    std::size_t count(table where) const { return rows(where).size(); }
    /// Batches written since the store was made.
    std::uint64_t writes() const noexcept { return writes_; }

  private:
    using table_rows = std::map<std::string, std::string, std::less<>>;
    using batch = std::vector<perdure::store::change>;

    table_rows& rows(table where) { return tables_[static_cast<std::size_t>(where)]; }
    const table_rows& rows(table where) const { return tables_[static_cast<std::size_t>(where)]; }
    void apply(const perdure::store::change& wanted);

    std::array<table_rows, perdure::store::table_count> tables_;
    std::vector<batch> undo_; ///< What takes each unsynced batch back, oldest first.
    std::uint64_t writes_ = 0;
};

/// A view of `rows` for a hub, which wants to own its store.
std::unique_ptr<store::store> borrowed(store::store& rows);

} // namespace perdure::testing
