// SPDX-License-Identifier: Apache-2.0
#include "sim/attempts.hpp"
#include "sim/crash_points.hpp"
#include "sim/enumerate.hpp"

#include <chrono>
#include <iostream>
#include <map>

namespace perdure::sim {
namespace {

struct attempt {
    const script* played;
    std::uint64_t seed;
    failing_call failing;
};

std::string name_of(const attempt& at) {
    return "enumerate --faults --scripts " + std::string(at.played->name) + " --seed " +
           std::to_string(at.seed) + " --fault " + testing::name_of(at.failing.kind) +
           (at.failing.is_sticky ? " --sticky" : "") + " --point " + std::to_string(at.failing.nth);
}

/// Every call of one script that can fail, once and for good.
void plan(const enumeration& wanted, const script& played, std::uint64_t seed,
          std::vector<attempt>& planned) {
    for (const testing::fault kind : testing::all_faults) {
        if (wanted.fault && *wanted.fault != kind)
            continue;
        const std::uint64_t calls = count_calls(played, seed, kind);
        for (std::uint64_t nth = 1; nth <= calls; ++nth)
            for (const bool is_sticky : {false, true})
                if ((!wanted.point || *wanted.point == nth) &&
                    (!wanted.fault || wanted.is_sticky == is_sticky))
                    planned.push_back({&played, seed, {kind, is_sticky, nth}});
    }
}

} // namespace

int enumerate_faults(const enumeration& wanted) {
    const auto begin = std::chrono::steady_clock::now();
    std::map<std::pair<const script*, std::uint64_t>, undisturbed> stories;
    std::vector<attempt> planned;
    for (const script* each : wanted.scripts) {
        for (std::uint64_t seed = wanted.seed; seed < wanted.seed + wanted.seeds; ++seed) {
            stories.emplace(std::pair(each, seed), play_undisturbed(*each, seed));
            plan(wanted, *each, seed, planned);
        }
    }
    // Time that runs out must not always spare the same scripts.
    if (wanted.sample || wanted.seconds_max != 0)
        thin_out(planned, wanted.sample.value_or(planned.size()), wanted.seed);

    attempts tries;
    const auto try_one = [&](std::size_t index) {
        const attempt& at = planned[index];
        tries.make(name_of(at), [&] {
            play_through_fault(*at.played, at.seed, at.failing, stories.at({at.played, at.seed}));
        });
    };
    const std::size_t tried =
        tries.share(planned.size(), wanted.threads, wanted.seconds_max, try_one);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (wanted.is_json)
        std::cout << nlohmann::json{{"scripts", wanted.scripts.size()},
                                    {"seeds", wanted.seeds},
                                    {"faults", tried},
                                    {"failures", tries.failures()},
                                    {"seconds", took.count()}}
                  << '\n';
    else
        std::cout << wanted.scripts.size() << " scripts, " << wanted.seeds << " seeds, " << tried
                  << " failing calls: " << tries.failures() << " failures, " << took.count()
                  << " s\n";
    return tries.failures() == 0 ? 0 : 1;
}

} // namespace perdure::sim
