// SPDX-License-Identifier: Apache-2.0
#include "entities/ledger.hpp"

#include <stdexcept>
#include <utility>

namespace patterns {
namespace {

void require_positive(std::int64_t amount) {
    if (amount <= 0)
        throw std::invalid_argument("an amount is positive, " + std::to_string(amount) + " is not");
}

} // namespace

perdure::emits<ledger::deposited> ledger::deposit(std::int64_t amount, std::string from) const {
    require_positive(amount);
    return deposited{amount, std::move(from)};
}

perdure::reply<std::int64_t, ledger::withdrawn> ledger::withdraw(std::int64_t amount,
                                                                 std::string to) const {
    require_positive(amount);
    if (amount > balance)
        throw std::invalid_argument("there are only " + std::to_string(balance) + " left, not " +
                                    std::to_string(amount));
    return {balance - amount, withdrawn{amount, std::move(to)}};
}

perdure::emits<ledger::withdrawn> ledger::empty_into(perdure::entity_context& ctx,
                                                     std::string other_key) const {
    if (balance == 0)
        return {};
    ctx.signal(ledgers[other_key], &ledger::deposit, balance, ctx.id().key);
    return withdrawn{balance, std::move(other_key)};
}

std::int64_t ledger::value() const {
    return balance;
}

void ledger::apply(const deposited& happened) noexcept {
    balance += happened.amount;
    ++entries;
}

void ledger::apply(const withdrawn& happened) noexcept {
    balance -= happened.amount;
    ++entries;
}

void register_ledger(perdure::registry& functions) {
    functions.add(ledgers);
}

} // namespace patterns
