// SPDX-License-Identifier: Apache-2.0
#include "orchestrations/chaining.hpp"

#include "activities/greetings.hpp"

namespace patterns {
namespace {

perdure::task<std::vector<std::string>> greet_cities(perdure::orchestration_context& ctx) {
    std::vector<std::string> greetings;
    greetings.push_back(co_await ctx.call(say_hello, "Tokyo"));
    greetings.push_back(co_await ctx.call(say_hello, "Seattle"));
    greetings.push_back(co_await ctx.call(say_hello, "London"));
    co_return greetings;
}

perdure::task<std::string> greet_twice(perdure::orchestration_context& ctx, std::string guest) {
    const std::string once = co_await ctx.call(say_hello, guest);
    co_return co_await ctx.call(say_hello, once);
}

} // namespace

void register_chaining(perdure::registry& functions) {
    functions.add(hello_cities, greet_cities);
    functions.add(hello_twice, greet_twice);
}

} // namespace patterns
