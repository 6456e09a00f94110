// SPDX-License-Identifier: Apache-2.0
#include "bench/hello.hpp"

#include <string>

namespace perdure::bench {
namespace {

inline constexpr activity<std::string(std::string)> say_hello{"say_hello"};
inline constexpr orchestration<std::vector<std::string>(int)> greet_cities{"greet_cities"};

task<std::vector<std::string>> greet(orchestration_context& ctx, int activities) {
    std::vector<std::string> greetings;
    for (int i = 0; i < activities; ++i)
        greetings.push_back(co_await ctx.call(say_hello, "Tokyo"));
    co_return greetings;
}

} // namespace

load_figures run_hello(const hello_settings& settings) {
    std::filesystem::remove_all(settings.hub);
    registry functions;
    functions.add(say_hello, [](std::string city) { return "Hello " + city + "!"; });
    functions.add(greet_cities, greet);
    hub_options options;
    options.name = "Bench";
    options.durable = settings.durable;

    load_figures figures;
    {
        auto hub = task_hub::open(settings.hub, functions, options);
        load under_way(hub, [&](client& to, start_options start) {
            to.start_async(std::move(start), greet_cities, settings.activities);
        });
        figures = under_way.measure(settings.load);
    }
    std::filesystem::remove_all(settings.hub);
    return figures;
}

} // namespace perdure::bench
