// SPDX-License-Identifier: Apache-2.0
#include "entities/tally.hpp"

#include <stdexcept>
#include <utility>

namespace patterns {

void tally::add(std::int64_t amount) {
    if (amount < 0)
        throw std::invalid_argument("a tally only grows, " + std::to_string(amount) +
                                    " is negative");
    total += amount;
    ++count;
}

void tally::reset() {
    *this = {};
}

std::int64_t tally::sum() const {
    return total;
}

void tally::move_into(perdure::entity_context& ctx, std::string other_key) {
    ctx.signal(tallies[std::move(other_key)], &tally::add, total);
    reset();
}

void register_tally(perdure::registry& functions) {
    functions.add(tallies);
}

} // namespace patterns
