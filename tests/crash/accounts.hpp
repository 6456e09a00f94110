// SPDX-License-Identifier: Apache-2.0
// The entities of the killed hub. Their states tell which operations were applied, how often, and
// in which order.
#pragma once

#include <perdure/entity.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace perdure::crash {

/// What it counts is a set: each member once adds up to this, a member twice or none does not.
struct checked_sum {
    std::uint64_t count = 0;
    std::uint64_t sum = 0;

    void add(std::uint64_t member);
    friend bool operator==(const checked_sum&, const checked_sum&) = default;
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(checked_sum, count, sum)
};

/// Money that moves between two of them.
struct purse {
    std::int64_t balance = 0;
    checked_sum taken, given;

    void take(std::uint64_t request, std::int64_t amount);
    void give(std::uint64_t request, std::int64_t amount);
    /// take() here and give() there, in one operation.
    void pass_on(entity_context& ctx, std::uint64_t request, std::int64_t amount, std::string to);
    /// Changes the purse, then throws: nothing may be left of it.
    void spoil();

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(purse, balance, taken, given)
};
inline constexpr entity purses{"purse", op("take", &purse::take), op("give", &purse::give),
                               op("pass_on", &purse::pass_on), op("spoil", &purse::spoil)};

/// Hears each teller count from 0 to last_told().
struct listener {
    std::map<std::string, std::uint32_t> next; ///< By teller, while it counts.
    checked_sum done; ///< Tellers that were heard to the end.
    std::uint64_t disorders = 0; ///< A number came twice, or not in order, or was missed.

    void hear(std::uint64_t teller, std::uint32_t number);

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(listener, next, done, disorders)
};
inline constexpr entity listeners{"listener", op("hear", &listener::hear)};

/// Which signals of each lane have been applied, as ranges (first, last) in the order they came.
struct ledger {
    std::map<std::string, std::vector<std::pair<std::uint32_t, std::uint32_t>>> applied;
    std::uint64_t disorders = 0; ///< A number was not above the one before it in its lane.

    void apply(std::uint32_t lane, std::uint32_t number);

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(ledger, applied, disorders)
};
inline constexpr entity ledgers{"ledger", op("apply", &ledger::apply)};
/// Lanes move on to another ledger every few lives, which keeps the states small.
std::string ledger_of(std::uint32_t lane, std::uint32_t life);
inline constexpr std::uint32_t lives_per_ledger = 32;

} // namespace perdure::crash
