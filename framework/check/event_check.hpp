// SPDX-License-Identifier: Apache-2.0
// Event-sourced entities:
//
//   their events count from 1 without a gap, to the number that the entity's row says
//   a snapshot is the state after as many events as the row says; none: there is no row of it
//   every row of events belongs to an entity whose row says that it has events
//   no batch is later than the entity's row
//   with functions: the events can be applied, and those before the snapshot add up to it
#pragma once

#include "check/audit.hpp"
#include "check/cursor.hpp"
#include "check/replayer.hpp"
#include "history/entity_events.hpp"
#include "store/rows.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace perdure::check {

/// One entity's rows of events.
class event_check {
  public:
    event_check(audit& of, std::string entity);

    /// In the order of keys.
    void read(const row& stored);
    /// Some may be where the table can't be read any more.
    void doubt() noexcept { is_spoiled_ = true; }
    void finish();

  private:
    void spoil(std::string_view key, std::string what);
    void read_batch(const row& stored, std::uint64_t number);
    void replay(const history::event_batch& batch);
    void compare_snapshot();

    audit* of_;
    std::string entity_;
    std::optional<store::entity_row> row_;
    std::optional<history::snapshot> snapshot_;
    std::uint64_t count_ = 0;
    timestamp latest_{};
    stored_blobs blobs_;
    std::unique_ptr<detail::entity_object> object_; ///< Null if nothing is replayed.
    bool is_spoiled_ = false; ///< Something is wrong already, and the rest can't be judged.
};

/// Reads the table of events, and notes which entities have some.
void check_events(audit& of);

} // namespace perdure::check
