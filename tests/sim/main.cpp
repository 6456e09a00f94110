// SPDX-License-Identifier: Apache-2.0
// perdure-sim: looks for what the engine could lose. One sub-command a way of looking.
#include "crash/kill.hpp"
#include "sim/command.hpp"
#include "sim/enumerate.hpp"
#include "sim/rot.hpp"
#include "sim/seeds.hpp"

#include <algorithm>
#include <iostream>

namespace {

using namespace perdure::sim;

const std::vector<command>& commands() {
    static const std::vector<command> table = {
        seeds_command(),
        perdure::crash::kill_command(),
        enumerate_command(),
        rot_command(),
    };
    return table;
}

void print_usage(std::ostream& out) {
    out << "usage: perdure-sim COMMAND ...; the exit status is 0 if nothing was found, 1 if "
           "something was\n";
    for (const command& each : commands())
        out << '\n' << each.name << ' ' << each.usage;
}

int run(std::vector<std::string> given) {
    if (!given.empty() && (given[0] == "--help" || given[0] == "-h")) {
        print_usage(std::cout);
        return 0;
    }
    if (!given.empty() && given[0].starts_with("--seed"))
        given.insert(given.begin(), "seeds");
    const std::string name = given.empty() ? std::string() : given[0];
    const auto found = std::find_if(commands().begin(), commands().end(),
                                    [&](const command& each) { return each.name == name; });
    if (found == commands().end())
        throw wrong_usage("there is no command '" + name + "'");
    given.erase(given.begin());
    arguments rest(std::move(given));
    return found->run(rest);
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const wrong_usage& problem) {
        std::cerr << "perdure-sim: " << problem.what() << "\n\n";
        print_usage(std::cerr);
        return 2;
    } catch (const std::exception& problem) {
        std::cerr << "perdure-sim: " << problem.what() << '\n';
        return 1;
    }
}
