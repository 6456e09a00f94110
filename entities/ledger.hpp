// SPDX-License-Identifier: Apache-2.0
// Pattern "ledger": an event-sourced entity. What is stored is what happened, in order and for
// good; the balance is what it adds up to. An operation looks at the balance, which it can't
// change, and says what happens; apply() is the only place where that changes anything.
#pragma once

#include <perdure/event_sourcing.hpp>
#include <perdure/registry.hpp>

#include <cstdint>
#include <string>

namespace patterns {

struct ledger {
    struct deposited {
        std::int64_t amount = 0;
        std::string from;
        NLOHMANN_DEFINE_TYPE_INTRUSIVE(deposited, amount, from)
    };
    struct withdrawn {
        std::int64_t amount = 0;
        std::string to;
        NLOHMANN_DEFINE_TYPE_INTRUSIVE(withdrawn, amount, to)
    };

    std::int64_t balance = 0;
    std::int64_t entries = 0;

    /// Throws std::invalid_argument unless the amount is positive; nothing happens then.
    perdure::emits<deposited> deposit(std::int64_t amount, std::string from) const;
    /// Gives what is left. Throws std::invalid_argument if there is not enough.
    perdure::reply<std::int64_t, withdrawn> withdraw(std::int64_t amount, std::string to) const;
    /// Moves all there is to another ledger: both happen, or neither does.
    perdure::emits<withdrawn> empty_into(perdure::entity_context& ctx, std::string other_key) const;
    std::int64_t value() const;

    void apply(const deposited& happened) noexcept;
    void apply(const withdrawn& happened) noexcept;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(ledger, balance, entries)
};

inline constexpr perdure::sourced_entity ledgers{
    "ledger",
    perdure::event_names<ledger::deposited, ledger::withdrawn>{"deposited", "withdrawn"},
    perdure::op("deposit", &ledger::deposit),
    perdure::op("withdraw", &ledger::withdraw),
    perdure::op("empty_into", &ledger::empty_into),
    perdure::op("value", &ledger::value)};

void register_ledger(perdure::registry& functions);

} // namespace patterns
