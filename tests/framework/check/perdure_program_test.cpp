// SPDX-License-Identifier: Apache-2.0
// The program `perdure` as a user runs it.
#include "catch.hpp"
#include "store/rocks_store.hpp"
#include "tests/framework/check/town.hpp"
#include "tests/framework/outside.hpp"
#include "tests/scenarios/erase_program.hpp"

#include <nlohmann/json.hpp>

using namespace perdure;
using erase_tests::ended;

namespace {

ended perdure_program(const std::vector<std::string>& arguments) {
    return erase_tests::run(PERDURE_PROGRAM, arguments);
}

/// A hub with two sleepers and one that has ended.
void make_hub(const std::filesystem::path& home) {
    hub_options options;
    options.name = "Town";
    auto hub = task_hub::open(home, town::functions(), options);
    hub.client().start({"a"}, town::sleeper);
    hub.client().start({"b"}, town::sleeper);
    hub.client().start({"c"}, town::painter, std::string("sky"));
    hub.client().wait(town::painter, "c", std::chrono::seconds(60));
}

void damage(const std::filesystem::path& home) {
    store::open_rocks_store(home / "store")
        ->write({{store::table::active, "nobody\x01", ""}, {store::table::instances, "b", "\xff"}},
                true);
}

} // namespace

TEST_CASE("perdure check says what is in a sound hub") {
    tests::temporary_directory home;
    make_hub(home.path());

    const ended text = perdure_program({"check", home.path().string()});
    const ended json = perdure_program({"check", "--json", home.path().string()});

    CHECK(text.code == 0);
    CHECK(text.err == "");
    CHECK_THAT(text.out, Catch::StartsWith(home.path().string() + ": sound\n"));
    CHECK_THAT(text.out, Catch::Contains("instances  3: 2 Running, 1 Completed\n"));
    CHECK_THAT(text.out, Catch::Contains("timers     2 open\n"));
    CHECK_THAT(text.out, Catch::Contains("blobs      1, 4 bytes\n"));
    CHECK(json.code == 0);
    const auto report = nlohmann::json::parse(json.out);
    CHECK(report["sound"] == true);
    CHECK(report["problems"].empty());
    CHECK(report["instances"]["Running"] == 2);
    CHECK(report["timers"] == 2);
    CHECK(report["blob_bytes"] == 4);
}

TEST_CASE("perdure check lists the problems of a damaged hub") {
    tests::temporary_directory home;
    make_hub(home.path());
    damage(home.path());

    const ended text = perdure_program({"check", home.path().string()});
    const ended json = perdure_program({"check", home.path().string(), "--json"});

    CHECK(text.code == 1);
    CHECK_THAT(text.out, Catch::Contains("active nobody\\x01: there is no such instance\n"));
    CHECK_THAT(text.out, Catch::Contains("instances b: "));
    CHECK_THAT(text.out, Catch::Contains(": 2 problems\n"));
    CHECK(json.code == 1);
    const auto report = nlohmann::json::parse(json.out);
    CHECK(report["sound"] == false);
    CHECK(report["problem_count"] == 2);
    CHECK(report["problems"].size() == 2);
}

TEST_CASE("perdure refuses what is no hub, and what it does not understand") {
    tests::temporary_directory home;
    const std::string nowhere = (home.path() / "nowhere").string();

    const ended missing = perdure_program({"check", nowhere});
    CHECK(missing.code == 2);
    CHECK(missing.out == "");
    CHECK_THAT(missing.err, Catch::Contains(nowhere));
    const std::vector<std::vector<std::string>> nonsense = {{},
                                                            {"check"},
                                                            {"mend", nowhere},
                                                            {"check", nowhere, nowhere},
                                                            {"check", "--loud", nowhere}};
    for (const auto& each : nonsense) {
        const ended refused = perdure_program(each);
        CHECK(refused.code == 2);
        CHECK_THAT(refused.err, Catch::StartsWith("perdure: ") && Catch::Contains("--help"));
    }
}

TEST_CASE("perdure explains itself") {
    const ended help = perdure_program({"--help"});
    CHECK(help.code == 0);
    CHECK_THAT(help.out, Catch::StartsWith("usage: perdure check"));
}
