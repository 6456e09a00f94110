// SPDX-License-Identifier: Apache-2.0
// Which timers are due. Timers live in the store, ordered by their due times; memory holds only the
// earliest of them, so that a million sleepers cost disk.
//
// Invariant: a timer at or before the horizon is in memory; one beyond it is in the store, or is
// `recent`: set by a commit that was not yet durable when it was last looked at.
#pragma once

#include "store/keys.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace perdure::actors {

/// Threads: one at a time. A timer may be given out twice (after a reload); whoever owns it knows
/// whether it is still open.
class timer_queue {
  public:
    timer_queue(store::store& rows, std::size_t page) : rows_(&rows), page_(page) {}

    /// A timer of the commit with that number.
    void set(const store::timer_address& timer, std::uint64_t commit, std::uint64_t durable);
    void cancel(const store::timer_address& timer);
    /// Takes out what is due, in due order, at most `batch`; timers of one instance that are due at
    /// once in the order of their creation. `durable` is the number of the newest durable commit.
    std::vector<store::timer_address> take_due(timestamp now, std::uint64_t durable,
                                               std::size_t batch);
    /// The due time to wake for; none: nothing sleeps.
    std::optional<timestamp> next_due(std::uint64_t durable);

    std::size_t in_memory() const noexcept { return memory_.size() + recent_.size(); }

  private:
    using commits = std::map<store::timer_address, std::uint64_t>;

    void load(std::uint64_t durable);
    void spill(std::uint64_t durable);
    void forget_stored(std::uint64_t durable);
    bool is_within_horizon(const store::timer_address& timer) const;

    store::store* rows_;
    std::size_t page_;
    commits memory_;
    commits recent_;
    std::size_t recent_limit_ = page_; ///< Size at which it is worth looking for stored ones.
    bool has_all_ = false; ///< The horizon is infinitely far.
    std::optional<store::timer_address> horizon_;
};

} // namespace perdure::actors
