// SPDX-License-Identifier: Apache-2.0
#include "crash/kill.hpp"

#include "crash/erase_kill.hpp"
#include "crash/kill_loop.hpp"
#include "crash/life.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

namespace perdure::crash {
namespace {

constexpr std::size_t printed_max = 20;

std::int64_t count(const kill_figures& counted, finding kind) {
    return std::count_if(counted.anomalies.begin(), counted.anomalies.end(),
                         [&](const anomaly& each) { return each.kind == kind; });
}

nlohmann::ordered_json to_json(const kill_settings& settings, const kill_figures& counted) {
    auto texts = nlohmann::ordered_json::array();
    for (const anomaly& each : counted.anomalies)
        texts.push_back(each.text);
    return {
        {"command", "kill"},
        {"seed", settings.seed},
        {"durability", to_string(settings.durable)},
        {"cycles", counted.cycles},
        {"kills", counted.kills},
        {"kills_while_opening", counted.while_opening},
        {"kills_while_closing", counted.while_closing},
        {"kills_at_sites", counted.at_sites},
        {"sent", counted.sent},
        {"acknowledged", counted.acknowledged},
        {"instances_ended", counted.ended},
        {"transfers_with_locks", counted.locked},
        {"transfers_transacted", counted.transacted},
        {"activity_runs", counted.runs},
        {"lost", count(counted, finding::lost)},
        {"duplicated", count(counted, finding::duplicated)},
        {"wrong", count(counted, finding::wrong)},
        {"anomalies", std::move(texts)},
        {"kept", counted.kept.string()},
        {"seconds", counted.seconds},
        {"cycles_per_second", static_cast<double>(counted.cycles) / counted.seconds},
    };
}

void print(const kill_figures& counted) {
    std::cout << counted.cycles << " cycles, " << counted.kills << " kills ("
              << counted.while_opening << " while opening, " << counted.while_closing
              << " while closing, " << counted.at_sites << " at chosen places), "
              << static_cast<double>(counted.cycles) / counted.seconds << " cycles/s\n"
              << counted.acknowledged << " of " << counted.sent << " requests acknowledged, "
              << counted.ended << " instances ended, " << counted.runs << " activity runs\n"
              << counted.locked << " transfers with locks, " << counted.transacted
              << " as one transaction\n"
              << count(counted, finding::lost) << " lost, " << count(counted, finding::duplicated)
              << " duplicated, " << count(counted, finding::wrong) << " otherwise wrong\n";
}

void print_anomalies(const kill_figures& counted) {
    for (std::size_t i = 0; i < std::min(counted.anomalies.size(), printed_max); ++i)
        std::cerr << counted.anomalies[i].text << '\n';
    std::cerr << "Kept for a look: " << counted.kept.string()
              << " with the hub as the last life left it (Kill), what the children printed (log) "
                 "and the oracle.\n";
}

/// A lie is there to be found.
int end_lie(const kill_figures& counted) {
    if (!counted.kept.empty())
        std::filesystem::remove_all(counted.kept);
    const bool is_found = count(counted, finding::lost) > 0;
    std::cerr << (is_found ? "The lie was found, as it must be.\n"
                           : "The lie was not found: the checks are blind.\n");
    return is_found ? 0 : 1;
}

int run(sim::arguments& given) {
    if (given.flag("--erase"))
        return kill_erase(given);
    if (given.has("--live"))
        return live(parse_life(given));
    kill_settings settings;
    settings.seconds_max = given.number("--seconds", 0);
    settings.cycles = given.number("--cycles", settings.seconds_max == 0 ? 100 : 1'000'000, 1);
    settings.seed = given.number("--seed", std::random_device{}());
    settings.durable = parse_durability(given.text("--durability", "power"));
    settings.must_lie = given.flag("--lie");
    const bool as_json = given.flag("--json");
    given.end();

    const kill_figures counted = kill_again_and_again(settings);
    if (as_json)
        std::cout << to_json(settings, counted) << '\n';
    else
        print(counted);
    if (settings.must_lie)
        return end_lie(counted);
    if (counted.anomalies.empty())
        return 0;
    print_anomalies(counted);
    return 1;
}

} // namespace

sim::command kill_command() {
    return {
        "kill",
        "[--cycles N] [--seconds MAX] [--seed S] [--durability D] [--lie] [--json]\n"
        "    Lets a process use a hub, kills it with SIGKILL at a random moment and starts the "
        "next one, N\n"
        "    times, and checks after each that nothing is lost or done twice. D is power "
        "(default),\n"
        "    process or speculative. With --lie, answers are written down before they are given, "
        "and the\n"
        "    exit status says whether that was found.\n"
        "kill --erase [--cycles N] [--seconds MAX] [--seed S] [--photo FILE --markup FILE] "
        "[--json]\n"
        "    Kills `erase` and runs it again until it is through, N times; every picture must "
        "be that of an\n"
        "    undisturbed run. Without a photo a small one is drawn.\n",
        run};
}

} // namespace perdure::crash
