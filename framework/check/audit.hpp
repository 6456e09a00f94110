// SPDX-License-Identifier: Apache-2.0
// What the passes of a check share: the rows, the report, and what one pass leaves for another.
#pragma once

#include "check/blob_tally.hpp"
#include "check/claims.hpp"
#include "check/letter_box.hpp"
#include "store/store.hpp"

#include <perdure/check.hpp>
#include <perdure/registry.hpp>

#include <array>
#include <set>
#include <string>
#include <string_view>

namespace perdure::check {

struct audit {
    store::store* rows;
    const registry* functions; ///< Null: nothing is replayed.
    check_options options;
    check_report report;

    claims logs; ///< Entities that have events.
    claims timers; ///< Keys of the timers that are open.
    claims heartbeats; ///< Those that a call may still send or read (see heartbeat_claim).
    claims children; ///< Links (see link_key) that the parent's history knows.
    claims adopted; ///< Links that the child's row names.
    claims with_scopes; ///< Executions of which scopes have gone with what they had asked for.
    claims locks; ///< Entities and owners whose histories ask for them.
    letter_box inbox;
    blob_tally blobs;
    timestamp latest{}; ///< In any history or entity;
    std::string latest_of; ///< whose it is.
    /// Instances of which too little can be read to judge what hangs on them.
    std::set<std::string, std::less<>> unreadable;
    /// Whether rows at the end of a table could not be read at all.
    std::array<bool, store::table_count> is_cut{};

    void add(store::table where, std::string_view key, std::string what);
    /// A row of `whose` says that it was that late.
    void saw(timestamp time, std::string_view whose);
    bool cut(store::table where) const { return is_cut[static_cast<std::size_t>(where)]; }
};

} // namespace perdure::check
