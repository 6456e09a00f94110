// SPDX-License-Identifier: Apache-2.0
// An entity as its rows say: for the actor that goes on with it, and for clients that read it.
#pragma once

#include "actors/services.hpp"
#include "store/rows.hpp"
#include "turn/entity_turn.hpp"

#include <memory>
#include <vector>

namespace perdure::actors {

/// Throws error (damaged) for rows that are not whole; error for a state or events that do not fit
/// the code any more. `snapshot_blobs`, if wanted, receives what the snapshot refers to.
std::unique_ptr<turn::entity_turn> loaded(const services& hub, entity_id id,
                                          const detail::entity_definition& code,
                                          const store::entity_row& row,
                                          std::vector<blob>* snapshot_blobs = nullptr);

} // namespace perdure::actors
