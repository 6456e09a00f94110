// SPDX-License-Identifier: Apache-2.0
//
// A whole program outside the tree: the first argument is the hub's folder.
#include <perdure/perdure.hpp>

#include <chrono>
#include <iostream>
#include <string>

inline constexpr perdure::activity<std::string(std::string)> say_hello{"say_hello"};
inline constexpr perdure::orchestration<std::string(std::string)> greet{"greet"};

perdure::task<std::string> run(perdure::orchestration_context& ctx, std::string city) {
    co_return co_await ctx.call(say_hello, city);
}

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: consumer HUB\n";
        return 2;
    }
    perdure::registry functions;
    functions.add(say_hello, [](std::string city) { return "Hello " + city + "!"; });
    functions.add(greet, run);

    auto hub = perdure::task_hub::open(argv[1], functions);
    auto id = hub.client().start(greet, "Tokyo");
    auto line = hub.client().wait(greet, id, std::chrono::seconds(30));
    std::cout << line << '\n';
    return line == "Hello Tokyo!" ? 0 : 1;
}
