// SPDX-License-Identifier: Apache-2.0
#include <perdure/perdure.hpp>

#include <iostream>

using namespace std::chrono_literals;

// A declaration names a function once; every call through it is checked by the compiler.
inline constexpr perdure::activity<std::string(std::string)> say_hello{"say_hello"};
inline constexpr perdure::orchestration<std::vector<std::string>(std::vector<std::string>)>
    greet_all{"greet_all"};

// An activity does the work. It may touch the world, and may run again after a crash.
std::string hello(std::string city) {
    return "Hello " + city + "!";
}

// An orchestration is a coroutine. Every co_await survives the death of the process.
perdure::task<std::vector<std::string>> greet(perdure::orchestration_context& ctx,
                                              std::vector<std::string> cities) {
    std::vector<perdure::durable<std::string>> greetings;
    for (auto& city : cities)
        greetings.push_back(ctx.call(say_hello, city)); // fan out
    co_await ctx.sleep_for(10ms); // a durable timer
    co_return co_await perdure::when_all(std::move(greetings)); // fan in
}

int main() {
    perdure::registry functions;
    functions.add(say_hello, hello).add(greet_all, greet);

    auto hub = perdure::task_hub::open("Greetings", functions);
    auto id = hub.client().start({"today"}, greet_all, {"Tokyo", "Seattle", "London"});
    for (auto& line : hub.client().wait(greet_all, id, 30s))
        std::cout << line << '\n';
}
