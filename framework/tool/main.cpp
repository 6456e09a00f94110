// SPDX-License-Identifier: Apache-2.0
//
// perdure check DIR: looks after task hubs from the command line. Every way to fail ends in one
// sentence on standard error.
#include "tool/check_command.hpp"

#include <perdure/error.hpp>

#include <algorithm>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace perdure;

enum exit_code { sound = 0, damaged = 1, refused = 2 };

constexpr const char* usage = R"(usage: perdure check [--json] DIR

Reads every row of the task hub in DIR and reports what is wrong with it. No
process may have the hub open meanwhile. Nothing is written.

  --json   one JSON object on standard output instead of text
  --help   this text

Exit status: 0 the hub is sound, 1 there are problems, 2 it could not be read.
)";

struct arguments {
    std::vector<std::string> words;
    bool is_json = false;
    bool is_help = false;
};

arguments parse(const std::vector<std::string>& given) {
    arguments parsed;
    bool are_words = false;
    for (const std::string& each : given) {
        if (are_words || !each.starts_with("-"))
            parsed.words.push_back(each);
        else if (each == "--")
            are_words = true;
        else if (each == "--json")
            parsed.is_json = true;
        else if (each == "--help" || each == "-h")
            parsed.is_help = true;
        else
            throw std::invalid_argument("there is no option " + each + "; see perdure --help");
    }
    return parsed;
}

exit_code check(const arguments& given) {
    const std::filesystem::path directory = given.words[1];
    const check_report found = check_hub(directory);
    std::cout << (given.is_json ? tool::json_report(directory, found)
                                : tool::text_report(directory, found))
              << std::flush;
    return found.is_sound() ? sound : damaged;
}

exit_code run(const arguments& given) {
    if (given.is_help) {
        std::cout << usage << std::flush;
        return sound;
    }
    if (given.words.size() != 2 || given.words[0] != "check")
        throw std::invalid_argument("say `perdure check DIR`; see perdure --help");
    return check(given);
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(parse(std::vector<std::string>(argv + 1, argv + argc)));
    } catch (const std::exception& problem) {
        std::cerr << "perdure: " << problem.what() << std::endl;
        return refused;
    }
}
