// SPDX-License-Identifier: Apache-2.0
// Which timers are due. Timers live in a table whose keys begin with their due times; memory holds
// only the keys of the earliest, so that a million sleepers cost disk.
//
// Invariant: a timer at or before the horizon is in memory; one beyond it is in the store, or is
// `recent`: set by a commit that was not yet durable when it was last looked at.
#pragma once

#include "store/keys.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace perdure::actors {

/// Threads: one at a time. A timer may be given out twice (after a reload); whoever owns it knows
/// whether it is still open.
class timer_queue {
  public:
    timer_queue(store::store& rows, store::table where, std::size_t page)
        : rows_(&rows), where_(where), page_(page) {}

    /// A timer of the commit with that number.
    void set(const std::string& key, std::uint64_t commit, std::uint64_t durable);
    void cancel(const std::string& key);
    /// Takes out what is due, in the order of keys, at most `batch`: earlier due times first.
    /// `durable` is the number of the newest durable commit.
    std::vector<std::string> take_due(timestamp now, std::uint64_t durable, std::size_t batch);
    /// The due time to wake for; none: nothing sleeps.
    std::optional<timestamp> next_due(std::uint64_t durable);

    std::size_t in_memory() const noexcept { return memory_.size() + recent_.size(); }

  private:
    using commits = std::map<std::string, std::uint64_t>;

    void load(std::uint64_t durable);
    void spill(std::uint64_t durable);
    void forget_stored(std::uint64_t durable);
    bool is_within_horizon(const std::string& key) const;

    store::store* rows_;
    store::table where_;
    std::size_t page_;
    commits memory_;
    commits recent_;
    std::size_t recent_limit_ = page_; ///< Size at which it is worth looking for stored ones.
    bool has_all_ = false; ///< The horizon is infinitely far.
    std::optional<std::string> horizon_;
};

} // namespace perdure::actors
