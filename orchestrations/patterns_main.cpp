// SPDX-License-Identifier: Apache-2.0
// perdure-patterns: runs each classic pattern once in a temporary task hub and prints what happens.
#include "activities/fold.hpp"
#include "activities/greetings.hpp"
#include "activities/outside_world.hpp"
#include "entities/tally.hpp"
#include "orchestrations/approval.hpp"
#include "orchestrations/chaining.hpp"
#include "orchestrations/fan_out.hpp"
#include "orchestrations/folding.hpp"
#include "orchestrations/monitor.hpp"

#include <perdure/perdure.hpp>

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iostream>

using namespace std::chrono_literals;

namespace {

perdure::registry all_patterns() {
    perdure::registry functions;
    patterns::register_greetings(functions);
    patterns::register_fold(functions);
    patterns::register_outside_world(
        functions, {[](const std::string&) { return true; },
                    [](const std::string&, const std::string& person, const std::string& text) {
                        std::cout << "  to the " + person + ": " + text + "\n";
                    }});
    patterns::register_tally(functions);
    patterns::register_chaining(functions);
    patterns::register_fan_out(functions);
    patterns::register_monitor(functions);
    patterns::register_approval(functions);
    patterns::register_folding(functions);
    return functions;
}

void run_all(perdure::client& client) {
    std::cout << "function chaining\n";
    const auto cities = client.start(patterns::hello_cities);
    for (const std::string& greeting : client.wait(patterns::hello_cities, cities, 1min))
        std::cout << "  " << greeting << "\n";

    std::cout << "fan-out/fan-in\n";
    const auto book =
        client.start(patterns::count_book, {"call me", "some years ago", "never mind"});
    std::cout << "  " << client.wait(patterns::count_book, book, 1min) << " words\n";

    std::cout << "monitor\n";
    const auto watch = client.start(patterns::watch_weather, "Oslo", "sailor");
    client.wait(patterns::watch_weather, watch, 1min);

    std::cout << "human interaction\n";
    const auto request = client.start(patterns::ask_approval, "a new boat");
    client.raise(request, patterns::approval, true);
    std::cout << "  " << client.wait(patterns::ask_approval, request, 1min) << "\n";

    std::cout << "aggregator\n";
    for (const int amount : {3, 4, 5})
        client.signal(patterns::tallies["visitors"], &patterns::tally::add, amount);
    std::cout << "  " << client.read(patterns::tallies["visitors"])->total << " visitors\n";

    std::cout << "folding\n";
    const auto fold = client.start(patterns::fold_six);
    std::cout << "  " << client.wait(patterns::fold_six, fold, 1min) << " after "
              << patterns::fold_evaluations() << " evaluations\n";
}

} // namespace

int main() {
    const auto directory = std::filesystem::temp_directory_path() /
                           ("perdure-patterns-" + std::to_string(::getpid())) / "Patterns";
    {
        auto hub = perdure::task_hub::open(directory, all_patterns());
        run_all(hub.client());
    }
    std::filesystem::remove_all(directory.parent_path());
}
