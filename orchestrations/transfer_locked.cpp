// SPDX-License-Identifier: Apache-2.0
#include "orchestrations/transfer.hpp"

#include "entities/account.hpp"

namespace patterns {
namespace {

perdure::task<bool> move_locked(perdure::orchestration_context& ctx, std::string from,
                                std::string to, std::int64_t amount) {
    const auto guard = co_await ctx.lock(accounts[from], accounts[to]);
    const std::int64_t balance = co_await ctx.call(accounts[from], &account::get);
    if (balance < amount)
        co_return false;
    // Nobody sees the accounts between these two calls.
    co_await ctx.call(accounts[from], &account::withdraw, amount);
    co_await ctx.call(accounts[to], &account::deposit, amount);
    co_return true;
}

} // namespace

void register_transfer_locked(perdure::registry& functions) {
    functions.add(transfer_locked, move_locked);
}

} // namespace patterns
