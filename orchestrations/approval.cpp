// SPDX-License-Identifier: Apache-2.0
#include "orchestrations/approval.hpp"

#include "activities/outside_world.hpp"

namespace patterns {
namespace {

perdure::task<std::string> ask(perdure::orchestration_context& ctx, std::string request) {
    co_await ctx.call(send_message, "manager", "please decide: " + request);

    auto answer = ctx.wait_for(approval);
    auto deadline = ctx.sleep_for(approval_patience);
    const std::size_t first = co_await perdure::when_any(answer, deadline);
    if (first == 1) {
        co_await ctx.call(send_message, "director", "nobody has decided: " + request);
        co_return "escalated";
    }
    deadline.cancel();
    const bool is_approved = co_await answer;
    co_return is_approved ? "approved" : "rejected";
}

} // namespace

void register_approval(perdure::registry& functions) {
    functions.add(ask_approval, ask);
}

} // namespace patterns
