// SPDX-License-Identifier: Apache-2.0
// Money between two accounts, in two styles. Both keep the sum of all balances, whatever crashes
// and whoever else uses the accounts meanwhile.
//
//   transfer_locked        a critical section: both accounts are locked, looked at and changed by
//                          calls. Needed if something else happens in between, such as an activity.
//   transfer_transacted    a transaction: one function over both balances. Shorter and faster.
#pragma once

#include <perdure/functions.hpp>
#include <perdure/registry.hpp>

#include <cstdint>
#include <string>

namespace patterns {

/// Both: from, to, amount; whether it was moved. It is not if there is not as much.
inline constexpr perdure::orchestration<bool(std::string, std::string, std::int64_t)>
    transfer_locked{"transfer_locked"};
inline constexpr perdure::orchestration<bool(std::string, std::string, std::int64_t)>
    transfer_transacted{"transfer_transacted"};

void register_transfer_locked(perdure::registry& functions);
void register_transfer_transacted(perdure::registry& functions);

} // namespace patterns
