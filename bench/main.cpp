// SPDX-License-Identifier: Apache-2.0
// perdure-bench: one sub-command a question, one line or JSON object an answer.
#include "bench/hello.hpp"

#include <unistd.h>

#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace perdure;
using namespace perdure::bench;

constexpr const char* usage =
    "usage: perdure-bench hello [--activities N] [--in-flight N] [--seconds S] [--warm-up S]\n"
    "                           [--durability power|process] [--hub DIR] [--json]\n"
    "\n"
    "Completed orchestrations per second, each of N activities in sequence, with a constant "
    "number\n"
    "of them in flight. DIR is emptied; put it on the disk to be measured (default: a new "
    "directory\n"
    "in the current one).\n";

struct wrong_usage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <class Number>
Number parse(std::string_view option, std::string_view text, Number least) {
    Number value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size() || value < least)
        throw wrong_usage(std::string(option) + " takes a number from " + std::to_string(least) +
                          " up, not '" + std::string(text) + "'");
    return value;
}

durability parse_durability(std::string_view text) {
    if (text == "power")
        return durability::power;
    if (text == "process")
        return durability::process;
    throw wrong_usage("--durability is power or process, not '" + std::string(text) + "'");
}

struct request {
    hello_settings settings;
    bool as_json = false;
};

request parse_arguments(const std::vector<std::string_view>& arguments) {
    if (arguments.empty() || arguments[0] != "hello")
        throw wrong_usage("the first argument names the benchmark: hello");
    request wanted;
    wanted.settings.hub = "perdure-bench-" + std::to_string(::getpid());
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view option = arguments[i];
        if (option == "--json") {
            wanted.as_json = true;
            continue;
        }
        if (++i == arguments.size())
            throw wrong_usage(std::string(option) + " is not an option, or lacks its value");
        const std::string_view value = arguments[i];
        if (option == "--activities")
            wanted.settings.activities = parse(option, value, 1);
        else if (option == "--in-flight")
            wanted.settings.in_flight = parse(option, value, 1);
        else if (option == "--seconds")
            wanted.settings.seconds = parse(option, value, 0.1);
        else if (option == "--warm-up")
            wanted.settings.warm_up = parse(option, value, 0.0);
        else if (option == "--durability")
            wanted.settings.durable = parse_durability(value);
        else if (option == "--hub")
            wanted.settings.hub = value;
        else
            throw wrong_usage("there is no option " + std::string(option));
    }
    return wanted;
}

double percentile(const std::vector<double>& sorted, double share) {
    if (sorted.empty())
        return 0;
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

nlohmann::ordered_json report(const hello_settings& settings, const hello_figures& figures) {
    const auto completed = static_cast<double>(figures.completed);
    const auto each = [&](std::uint64_t total) {
        return figures.completed == 0 ? 0.0 : static_cast<double>(total) / completed;
    };
    return {
        {"benchmark", "hello"},
        {"activities", settings.activities},
        {"in_flight", settings.in_flight},
        {"durability", settings.durable == durability::power ? "power" : "process"},
        {"seconds", figures.seconds},
        {"completed", figures.completed},
        {"completed_per_second", completed / figures.seconds},
        {"latency_p50_ms", percentile(figures.latencies_ms, 0.50)},
        {"latency_p95_ms", percentile(figures.latencies_ms, 0.95)},
        {"latency_p99_ms", percentile(figures.latencies_ms, 0.99)},
        {"latency_max_ms", percentile(figures.latencies_ms, 1.0)},
        {"cpu_seconds_per_1000", figures.cpu_seconds / completed * 1000},
        {"rss_max_kib", figures.rss_max_kib},
        {"puts_per_orchestration", each(figures.used.puts)},
        {"bytes_per_orchestration", each(figures.used.bytes)},
        {"groups_per_orchestration", each(figures.used.groups)},
        {"replays", figures.used.replays},
        {"cores", std::thread::hardware_concurrency()},
        {"compiler", __VERSION__},
    };
}

int run(const std::vector<std::string_view>& arguments) {
    if (!arguments.empty() && (arguments[0] == "--help" || arguments[0] == "-h")) {
        std::cout << usage;
        return 0;
    }
    const request wanted = parse_arguments(arguments);
    const auto figures = run_hello(wanted.settings);
    const auto answer = report(wanted.settings, figures);
    if (wanted.as_json) {
        std::cout << answer.dump() << '\n';
        return 0;
    }
    std::cout << answer["completed_per_second"].get<double>() << " orchestrations/s of "
              << wanted.settings.activities << " activities with " << wanted.settings.in_flight
              << " in flight; p50 " << answer["latency_p50_ms"].get<double>() << " ms, p99 "
              << answer["latency_p99_ms"].get<double>() << " ms\n";
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const wrong_usage& e) {
        std::cerr << "perdure-bench: " << e.what() << "\n\n" << usage;
        return 2;
    } catch (const std::exception& e) {
        std::cerr << "perdure-bench: " << e.what() << '\n';
        return 1;
    }
}
