// SPDX-License-Identifier: Apache-2.0
#include "orchestrations/transfer.hpp"

#include "entities/account.hpp"

namespace patterns {
namespace {

perdure::task<bool> move_at_once(perdure::orchestration_context& ctx, std::string from,
                                 std::string to, std::int64_t amount) {
    try {
        co_await ctx.transact(transfer, accounts[from], accounts[to], amount);
    } catch (const perdure::task_failed&) {
        co_return false; // insufficient funds: nothing has changed
    }
    co_return true;
}

} // namespace

void register_transfer_transacted(perdure::registry& functions) {
    functions.add(transfer_transacted, move_at_once);
}

} // namespace patterns
