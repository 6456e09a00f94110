// SPDX-License-Identifier: Apache-2.0
#include "orchestrations/fan_out.hpp"

#include "activities/greetings.hpp"

#include <numeric>
#include <utility>

namespace patterns {
namespace {

perdure::task<int> count(perdure::orchestration_context& ctx, std::vector<std::string> pages) {
    std::vector<perdure::durable<int>> counting;
    for (const std::string& page : pages)
        counting.push_back(ctx.call(count_words, page));
    const std::vector<int> counts = co_await perdure::when_all(std::move(counting));
    co_return std::accumulate(counts.begin(), counts.end(), 0);
}

} // namespace

void register_fan_out(perdure::registry& functions) {
    functions.add(count_book, count);
}

} // namespace patterns
