// SPDX-License-Identifier: Apache-2.0
#include "crash/accounts.hpp"

#include "crash/requests.hpp"
#include "crash/witness.hpp"

#include <stdexcept>

namespace perdure::crash {

using number = std::uint64_t;

void checked_sum::add(number member) {
    ++count;
    sum += mix(member, 0);
}

void purse::take(number request, std::int64_t amount) {
    balance -= amount;
    taken.add(request);
    pass(site::operation_runs);
}

void purse::give(number request, std::int64_t amount) {
    balance += amount;
    given.add(request);
    pass(site::operation_runs);
}

void purse::pass_on(entity_context& ctx, number request, std::int64_t amount, std::string to) {
    ctx.signal(purses[to], &purse::give, request, amount);
    take(request, amount);
}

void purse::spoil() {
    balance = 0;
    taken = given = {};
    throw std::runtime_error("a purse can't be spoilt");
}

void listener::hear(number teller, std::uint32_t told) {
    std::uint32_t& expected = next[std::to_string(teller)];
    if (told != expected)
        ++disorders;
    expected = told + 1;
    if (told == last_told(teller)) {
        next.erase(std::to_string(teller));
        done.add(teller);
    }
    pass(site::operation_runs);
}

void ledger::apply(std::uint32_t lane, std::uint32_t told) {
    auto& ranges = applied[std::to_string(lane)];
    if (!ranges.empty() && told <= ranges.back().second)
        ++disorders;
    else if (!ranges.empty() && told == ranges.back().second + 1)
        ranges.back().second = told;
    else
        ranges.emplace_back(told, told);
    pass(site::operation_runs);
}

std::string ledger_of(std::uint32_t lane, std::uint32_t life) {
    return std::to_string(lane % 2) + "." + std::to_string(life / lives_per_ledger);
}

} // namespace perdure::crash
