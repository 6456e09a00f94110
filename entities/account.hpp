// SPDX-License-Identifier: Apache-2.0
// A bank account as an entity, and the transfer between two of them as a transaction. Look at the
// plain functions: they check and change balances, and know nothing of locks, crashes or disks.
#pragma once

#include <perdure/entity.hpp>
#include <perdure/registry.hpp>
#include <perdure/transaction.hpp>

#include <cstdint>

namespace patterns {

struct account {
    std::int64_t balance = 0;

    void deposit(std::int64_t amount);
    /// Throws std::runtime_error if there is not as much.
    void withdraw(std::int64_t amount);
    std::int64_t get() const { return balance; }

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(account, balance)
};

inline constexpr perdure::entity accounts{"account", perdure::op("deposit", &account::deposit),
                                          perdure::op("withdraw", &account::withdraw),
                                          perdure::op("get", &account::get)};

/// Moves an amount from the first account to the second, or throws; gives what is left on the
/// first.
inline constexpr perdure::transaction<std::int64_t(account&, account&, std::int64_t)> transfer{
    "transfer"};

void register_account(perdure::registry& functions);

} // namespace patterns
