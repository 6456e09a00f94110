// SPDX-License-Identifier: Apache-2.0
// The check of everything a store holds: every row by itself, every history by its grammar, and
// every relation between tables. What must hold is in the heads of the units that check it.
#pragma once

#include "store/store.hpp"

#include <perdure/check.hpp>
#include <perdure/registry.hpp>

namespace perdure::check {

/// Reads all rows, which nobody may write meanwhile. With `functions`, replays histories too; then
/// the functions run, but nothing that they ask for does.
///
/// Total: damage ends up in the report, not in an exception. One fault gives one problem as far as
/// that can be told: what hangs on a damaged row is not reported again.
///
/// Memory: a page of each table, one history, the messages in the inbox, some bytes per open timer,
/// child, entity and blob.
check_report check_rows(store::store& rows, const registry* functions = nullptr,
                        check_options options = {});

} // namespace perdure::check
