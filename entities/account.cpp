// SPDX-License-Identifier: Apache-2.0
#include "entities/account.hpp"

#include <stdexcept>
#include <string>

namespace patterns {
namespace {

std::int64_t move_money(account& from, account& to, std::int64_t amount) {
    from.withdraw(amount);
    to.deposit(amount);
    return from.balance;
}

} // namespace

void account::deposit(std::int64_t amount) {
    balance += amount;
}

void account::withdraw(std::int64_t amount) {
    if (amount > balance)
        throw std::runtime_error("insufficient funds: " + std::to_string(balance) + " of " +
                                 std::to_string(amount));
    balance -= amount;
}

void register_account(perdure::registry& functions) {
    functions.add(accounts).add(transfer, move_money);
}

} // namespace patterns
