// SPDX-License-Identifier: Apache-2.0
// perdure-bench: one sub-command a question, one line or JSON object an answer.
#include "bench/bank.hpp"
#include "bench/hello.hpp"

#include <unistd.h>

#include <charconv>
#include <filesystem>
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
    "usage: perdure-bench hello [--activities N] ...\n"
    "       perdure-bench bank [--transaction] [--accounts N] ...\n"
    "   all: [--in-flight N] [--seconds S] [--warm-up S] [--durability power|process]\n"
    "        [--hub DIR] [--json]\n"
    "\n"
    "hello: completed orchestrations per second, each of N activities in sequence.\n"
    "bank:  transfers per second between N accounts, with locks or as transactions.\n"
    "\n"
    "A constant number of them is in flight. DIR is emptied; put it on the disk to be measured\n"
    "(default: a new directory in the current one).\n";

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
    bool is_bank = false;
    hello_settings hello;
    bank_settings bank;
    load_settings load;
    durability durable = durability::power;
    std::filesystem::path hub = "perdure-bench-" + std::to_string(::getpid());
    bool as_json = false;
};

/// An option that takes a value.
void set(request& wanted, std::string_view option, std::string_view value) {
    if (option == "--activities" && !wanted.is_bank)
        wanted.hello.activities = parse(option, value, 1);
    else if (option == "--accounts" && wanted.is_bank)
        wanted.bank.accounts = parse(option, value, 2);
    else if (option == "--in-flight")
        wanted.load.in_flight = parse(option, value, 1);
    else if (option == "--seconds")
        wanted.load.seconds = parse(option, value, 0.1);
    else if (option == "--warm-up")
        wanted.load.warm_up = parse(option, value, 0.0);
    else if (option == "--durability")
        wanted.durable = parse_durability(value);
    else if (option == "--hub")
        wanted.hub = value;
    else
        throw wrong_usage("there is no option " + std::string(option));
}

request parse_arguments(const std::vector<std::string_view>& arguments) {
    if (arguments.empty() || (arguments[0] != "hello" && arguments[0] != "bank"))
        throw wrong_usage("the first argument names the benchmark: hello or bank");
    request wanted;
    wanted.is_bank = arguments[0] == "bank";
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view option = arguments[i];
        if (option == "--json") {
            wanted.as_json = true;
        } else if (option == "--transaction" && wanted.is_bank) {
            wanted.bank.as_transaction = true;
        } else {
            if (++i == arguments.size())
                throw wrong_usage(std::string(option) + " is not an option, or lacks its value");
            set(wanted, option, arguments[i]);
        }
    }
    wanted.hello.load = wanted.bank.load = wanted.load;
    wanted.hello.durable = wanted.bank.durable = wanted.durable;
    wanted.hello.hub = wanted.bank.hub = wanted.hub;
    return wanted;
}

double percentile(const std::vector<double>& sorted, double share) {
    if (sorted.empty())
        return 0;
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

nlohmann::ordered_json report(const request& wanted, const load_figures& figures) {
    const auto completed = static_cast<double>(figures.completed);
    const auto each = [&](std::uint64_t total) {
        return figures.completed == 0 ? 0.0 : static_cast<double>(total) / completed;
    };
    nlohmann::ordered_json answer{{"benchmark", wanted.is_bank ? "bank" : "hello"}};
    if (wanted.is_bank) {
        answer["style"] = wanted.bank.as_transaction ? "transaction" : "locks";
        answer["accounts"] = wanted.bank.accounts;
    } else {
        answer["activities"] = wanted.hello.activities;
    }
    answer.update({
        {"in_flight", wanted.load.in_flight},
        {"durability", wanted.durable == durability::power ? "power" : "process"},
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
    });
    return answer;
}

std::string described(const request& wanted) {
    if (!wanted.is_bank)
        return "orchestrations/s of " + std::to_string(wanted.hello.activities) + " activities";
    return std::string("transfers/s ") +
           (wanted.bank.as_transaction ? "as transactions" : "with locks") + " between " +
           std::to_string(wanted.bank.accounts) + " accounts";
}

int run(const std::vector<std::string_view>& arguments) {
    if (!arguments.empty() && (arguments[0] == "--help" || arguments[0] == "-h")) {
        std::cout << usage;
        return 0;
    }
    const request wanted = parse_arguments(arguments);
    const auto figures = wanted.is_bank ? run_bank(wanted.bank) : run_hello(wanted.hello);
    const auto answer = report(wanted, figures);
    if (wanted.as_json) {
        std::cout << answer.dump() << '\n';
        return 0;
    }
    std::cout << answer["completed_per_second"].get<double>() << ' ' << described(wanted)
              << " with " << wanted.load.in_flight << " in flight; p50 "
              << answer["latency_p50_ms"].get<double>() << " ms, p99 "
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
