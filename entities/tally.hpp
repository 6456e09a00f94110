// SPDX-License-Identifier: Apache-2.0
// Pattern "aggregator": a durable entity adds up what anybody sends it. Look at the plain struct:
// one operation at a time reaches it, so it needs no lock, and each one is on disk or never
// happened, so it needs no database either.
#pragma once

#include <perdure/entity.hpp>
#include <perdure/registry.hpp>

#include <cstdint>
#include <string>

namespace patterns {

struct tally {
    std::int64_t total = 0;
    std::int64_t count = 0;

    /// Throws std::invalid_argument for a negative amount; nothing is added then.
    void add(std::int64_t amount);
    void reset();
    std::int64_t sum() const;

    /// Adds the total to another tally and starts anew: both happen, or neither does.
    void move_into(perdure::entity_context& ctx, std::string other_key);

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(tally, total, count)
};

inline constexpr perdure::entity tallies{
    "tally", perdure::op("add", &tally::add), perdure::op("reset", &tally::reset),
    perdure::op("sum", &tally::sum), perdure::op("move_into", &tally::move_into)};

void register_tally(perdure::registry& functions);

} // namespace patterns
