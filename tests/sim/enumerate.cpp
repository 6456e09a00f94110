// SPDX-License-Identifier: Apache-2.0
#include "sim/enumerate.hpp"

#include "sim/attempts.hpp"

#include <algorithm>

namespace perdure::sim {
namespace {

std::vector<const script*> chosen_scripts(const std::string& names) {
    std::vector<const script*> chosen;
    for (std::size_t from = 0; from <= names.size();) {
        const std::size_t end = std::min(names.find(',', from), names.size());
        const std::string_view name = std::string_view(names).substr(from, end - from);
        const auto& all = all_scripts();
        const auto found = std::find_if(all.begin(), all.end(),
                                        [&](const script& each) { return each.name == name; });
        if (found == all.end())
            throw wrong_usage("there is no script '" + std::string(name) + "'");
        chosen.push_back(&*found);
        from = end + 1;
    }
    return chosen;
}

std::string all_names() {
    std::string names;
    for (const script& each : all_scripts())
        names += (names.empty() ? "" : ",") + std::string(each.name);
    return names;
}

std::optional<std::uint64_t> optional_number(arguments& given, std::string_view option) {
    const std::string text = given.text(option, "");
    if (text.empty())
        return std::nullopt;
    return parse_number(option, text, 0);
}

std::optional<testing::outcome> chosen_outcome(const std::string& letter) {
    if (letter.empty())
        return std::nullopt;
    const auto& all = testing::all_outcomes;
    const auto found = std::find(all.begin(), all.end(), testing::outcome{letter[0]});
    if (letter.size() != 1 || found == all.end())
        throw wrong_usage("--outcome takes a letter from a to h, not '" + letter + "'");
    return *found;
}

std::optional<testing::fault> chosen_fault(const std::string& name) {
    if (name.empty())
        return std::nullopt;
    for (const testing::fault each : testing::all_faults)
        if (name == name_of(each))
            return each;
    throw wrong_usage("there is no fault '" + name + "'");
}

int run(arguments& given) {
    enumeration wanted;
    const bool is_faulty = given.flag("--faults");
    wanted.is_nested = given.flag("--nested");
    const std::string otherwise = wanted.is_nested ? "chain,entities,blobs" : all_names();
    wanted.scripts = chosen_scripts(given.text("--scripts", otherwise));
    wanted.seed = given.number("--seed", 1);
    wanted.seeds = given.number("--seeds", 1, 1);
    wanted.sample = optional_number(given, "--sample");
    wanted.seconds_max = given.number("--seconds", 0);
    wanted.point = optional_number(given, "--point");
    wanted.then = optional_number(given, "--then");
    wanted.how = chosen_outcome(given.text("--outcome", ""));
    wanted.fault = chosen_fault(given.text("--fault", ""));
    wanted.is_sticky = given.flag("--sticky");
    wanted.is_json = given.flag("--json");
    wanted.threads = given.number("--threads", cores(), 1);
    given.end();
    return is_faulty ? enumerate_faults(wanted) : enumerate_power_cuts(wanted);
}

} // namespace

command enumerate_command() {
    return {"enumerate",
            "[--scripts a,b] [--seed S] [--seeds N] [--sample N] [--seconds MAX] [--threads N] "
            "[--json]\n"
            "          [--nested] [--point K] [--outcome a-h] [--then J]\n"
            "          --faults [--fault KIND] [--sticky] [--point K]\n"
            "    Plays stories on RocksDB and a simulated disk, cuts the power at every file "
            "operation, and lets the\n"
            "    disk forget in eight ways. Everything acknowledged must be there, and the end "
            "must be the same.\n"
            "    --nested cuts again at every operation of the recovery; --faults fails every "
            "call instead.\n",
            run};
}

} // namespace perdure::sim
