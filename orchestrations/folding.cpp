// SPDX-License-Identifier: Apache-2.0
#include "orchestrations/folding.hpp"

#include "activities/fold.hpp"

namespace patterns {
namespace {

perdure::task<int> fold(perdure::orchestration_context& ctx) {
    int number = 0;
    for (int digit = 1; digit <= 6; ++digit) {
        number = co_await ctx.call(append_digit, number, digit);
        ++fold_evaluations();
    }
    co_return number;
}

} // namespace

std::atomic<int>& fold_evaluations() noexcept {
    static std::atomic<int> count{0};
    return count;
}

void register_folding(perdure::registry& functions) {
    functions.add(fold_six, fold);
}

} // namespace patterns
