// SPDX-License-Identifier: Apache-2.0
// What the verbs of a client share that look at instances.
#pragma once

#include "engine/hub.hpp"
#include "store/rows.hpp"

#include <perdure/query.hpp>

#include <string_view>

namespace perdure::engine {

/// Whether a filter means that instance, apart from its id.
bool matches(const instance_filter& wanted, const store::instance_row& row);

/// Throws error (not_registered).
void require_registered(actors::services& hub, std::string_view orchestration);

/// Adds what is not in the row: payloads that are kept out of line, and whether it is held. A blob
/// that is gone, because the instance was purged since the row was read, is left out.
void complete(actors::services& hub, instance_status& seen);

} // namespace perdure::engine
