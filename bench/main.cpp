// SPDX-License-Identifier: Apache-2.0
// perdure-bench: one sub-command a question; one JSON object, or some lines of text, a run.
#include "bench/benchmarks.hpp"
#include "bench/machine.hpp"

#include <chrono>
#include <iostream>

namespace {

using namespace perdure::bench;

constexpr const benchmark* benchmarks[] = {
    &hello_benchmark,   &fan_benchmark,       &tree_benchmark,      &events_benchmark,
    &timers_benchmark,  &counter_benchmark,   &wordcount_benchmark, &payload_benchmark,
    &recover_benchmark, &rehydrate_benchmark, &idle_benchmark,      &replay_benchmark,
    &start_benchmark,   &bank_benchmark,      &inpaint_benchmark};

constexpr const char* common_usage =
    "Options of those that keep a number of operations under way:\n"
    "  --in-flight N   operations under way at any time (100)\n"
    "  --seconds S     measure for so long (5)\n"
    "  --count N       measure so many operations instead\n"
    "  --warm-up S     run for so long before (1)\n"
    "Options of all:\n"
    "  --durability power|process|speculative\n"
    "                  what an acknowledged call survives (power)\n"
    "  --hub DIR       where the hub is made: on the disk to be measured. DIR must be new or "
    "empty,\n"
    "                  and is gone afterwards (a new directory in the current one)\n"
    "  --repeats N     run so often (1)\n"
    "  --json          print one JSON object per run, on a line\n"
    "  --histogram     with the histogram of latencies in it\n"
    "\n"
    "A run whose results are wrong prints no figures. Exit code: 0 done, 1 failed, 2 wrong "
    "usage.\n";

void print_usage(std::ostream& out) {
    out << "usage: perdure-bench BENCHMARK [option]...\n\n";
    for (const benchmark* each : benchmarks)
        out << "  " << each->name << ' ' << each->usage << '\n';
    out << '\n' << common_usage;
}

const benchmark& find(const std::string& name) {
    for (const benchmark* each : benchmarks)
        if (each->name == name)
            return *each;
    throw wrong_usage("there is no benchmark '" + name + "'");
}

std::string utc_now() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

void print(const figures& found, const benchmark& which, std::uint64_t repeat) {
    std::cout << which.name << ", run " << repeat << '\n';
    for (const auto& [name, value] : found.items())
        std::cout << "  " << name << ' ' << value.dump() << '\n';
    std::cout << std::flush;
}

void run(const benchmark& which, std::vector<std::string> options) {
    arguments given(std::move(options));
    const plan wanted = take_plan(given, which.is_loop);
    const runner run_once = which.prepare(given);
    given.end();
    for (std::uint64_t i = 1; i <= wanted.repeats; ++i) {
        const figures machine = machine_facts(std::filesystem::absolute(wanted.hub).parent_path());
        const std::string began = utc_now();
        const figures found = run_once(wanted);
        if (!wanted.as_json) {
            print(found, which, i);
            continue;
        }
        figures answer{{"benchmark", which.name},
                       {"durability", to_string(wanted.durable)},
                       {"run", i},
                       {"began", began}};
        if (which.is_loop)
            answer.update({{"in_flight", wanted.in_flight}, {"warm_up", wanted.warm_up}});
        answer.update(found);
        answer["machine"] = machine;
        answer["build"] = build_facts();
        std::cout << answer.dump() << std::endl;
    }
}

} // namespace

int main(int argc, char** argv) {
    std::vector<std::string> given(argv + 1, argv + argc);
    try {
        if (given.empty())
            throw wrong_usage("name a benchmark");
        if (given[0] == "--help" || given[0] == "-h") {
            print_usage(std::cout);
            return 0;
        }
        const benchmark& which = find(given[0]);
        given.erase(given.begin());
        run(which, std::move(given));
        return 0;
    } catch (const wrong_usage& wrong) {
        std::cerr << "perdure-bench: " << wrong.what() << "\n\n";
        print_usage(std::cerr);
        return 2;
    } catch (const std::exception& failed) {
        std::cerr << "perdure-bench: " << failed.what() << '\n';
        return 1;
    }
}
