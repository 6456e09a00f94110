// SPDX-License-Identifier: Apache-2.0
#include "sim/seeds.hpp"

#include "sim/simulation.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <deque>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

namespace perdure::sim {
namespace {

constexpr std::size_t last_lines = 40;
/// One in so many seeds runs twice and must end the same.
constexpr std::uint64_t unseed_odds = 100;

struct range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

range parse_range(const std::string& text) {
    const auto dots = text.find("..");
    if (dots == std::string::npos)
        throw wrong_usage("--seeds wants a range such as 1..1000, not '" + text + "'");
    const range seeds{parse_number("--seeds", text.substr(0, dots), 0),
                      parse_number("--seeds", text.substr(dots + 2), 0)};
    if (seeds.last < seeds.first)
        throw wrong_usage("--seeds wants a range that goes up, not '" + text + "'");
    return seeds;
}

struct totals {
    std::uint64_t seeds = 0;
    std::uint64_t reruns = 0;
    std::map<std::uint64_t, std::string> failures;
    figures what;
};

/// Runs one seed, now and then twice.
void run_seed(std::uint64_t seed, totals& into, std::mutex& mutex) {
    outcome first = simulate(seed, {});
    const bool is_rerun = seed % unseed_odds == 0;
    if (is_rerun && !first.failure && simulate(seed, {}).digest != first.digest)
        first.failure = "ran differently the second time: something is not deterministic";
    const std::scoped_lock lock(mutex);
    ++into.seeds;
    into.reruns += is_rerun;
    into.what += first.what;
    if (!first.failure)
        return;
    into.failures[seed] = *first.failure;
    std::cerr << "seed " << seed << ": " << *first.failure << "\n  " << first.drawn
              << "\n  repeat it with: perdure-sim --seed " << seed << '\n';
}

void print(const totals& ran, double seconds, bool is_json) {
    const auto rate = static_cast<double>(ran.seeds) / seconds;
    const auto speed = std::chrono::duration<double>(ran.what.virtual_time).count() / seconds;
    nlohmann::ordered_json made{{"seeds", ran.seeds},
                                {"failures", ran.failures.size()},
                                {"seconds", seconds},
                                {"seeds_per_second", rate},
                                {"reruns", ran.reruns},
                                {"steps", ran.what.steps},
                                {"commits", ran.what.commits},
                                {"crashes", ran.what.crashes},
                                {"power_cuts", ran.what.power_cuts},
                                {"write_faults", ran.what.write_faults},
                                {"clock_faults", ran.what.clock_faults},
                                {"disturbances", ran.what.disturbances},
                                {"virtual_to_real_time", speed}};
    if (!is_json) {
        for (const auto& [name, value] : made.items())
            std::cout << name << ": " << value << '\n';
        return;
    }
    made["failed_seeds"] = nlohmann::json::array();
    for (const auto& [seed, why] : ran.failures)
        made["failed_seeds"].push_back({{"seed", seed}, {"why", why}});
    std::cout << made.dump() << '\n';
}

struct effort {
    std::uint64_t threads = 1;
    std::uint64_t seconds_max = 0; ///< 0: no limit.
    bool stops_at_failure = false;
};

int run_range(const range& seeds, const effort& wanted, bool is_json) {
    totals ran;
    std::mutex mutex;
    const auto is_over = [&](double seconds) {
        if (wanted.seconds_max != 0 && seconds > static_cast<double>(wanted.seconds_max))
            return true;
        const std::scoped_lock lock(mutex);
        return wanted.stops_at_failure && !ran.failures.empty();
    };
    std::atomic<std::uint64_t> next{seeds.first};
    const auto begin = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    {
        std::vector<std::jthread> workers;
        for (std::uint64_t i = 0; i < wanted.threads; ++i)
            workers.emplace_back([&] {
                for (std::uint64_t seed = next++; seed <= seeds.last; seed = next++) {
                    if (is_over(elapsed()))
                        return;
                    run_seed(seed, ran, mutex);
                }
            });
    }
    print(ran, elapsed(), is_json);
    return ran.failures.empty() ? 0 : 1;
}

/// Prints the whole story of one seed.
int run_one(std::uint64_t seed) {
    const outcome ended =
        simulate(seed, [](const std::string& line) { std::cout << line << '\n'; });
    std::cout << ended.drawn << '\n';
    if (ended.failure)
        std::cout << "seed " << seed << ": " << *ended.failure << '\n';
    else
        std::cout << "seed " << seed << " found nothing; digest " << ended.digest << '\n';
    return ended.failure ? 1 : 0;
}

int run(arguments& given) {
    const std::string one = given.text("--seed", {});
    const std::string many = given.text("--seeds", one.empty() ? "1..1000" : one + ".." + one);
    effort wanted;
    wanted.threads =
        given.number("--threads", std::max(1u, std::thread::hardware_concurrency()), 1);
    wanted.seconds_max = given.number("--seconds", 0);
    wanted.stops_at_failure = given.flag("--stop");
    const bool is_json = given.flag("--json");
    given.end();
    if (!one.empty())
        return run_one(parse_number("--seed", one, 0));
    return run_range(parse_range(many), wanted, is_json);
}

} // namespace

command seeds_command() {
    return {"seeds",
            "--seeds A..B [--threads N] [--seconds MAX] [--stop] [--json]  |  --seed N\n"
            "    Simulates the whole engine on one thread, in virtual time and on a disk in "
            "memory, with crashes,\n"
            "    power cuts, failing writes and rare events drawn from the seed. With --seed: one "
            "of them, and its story.\n"
            "    With --stop: ends at the first failure.\n"
            "    The name of the command may be left out.\n",
            run};
}

} // namespace perdure::sim
