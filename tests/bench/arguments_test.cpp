// SPDX-License-Identifier: Apache-2.0
// What a benchmark accepts on its command line.
#include "bench/arguments.hpp"

#include "catch.hpp"

#include <functional>

using namespace perdure::bench;

namespace {

std::string refusal_of(std::vector<std::string> given,
                       const std::function<void(arguments&)>& take) {
    arguments all(std::move(given));
    try {
        take(all);
        all.end();
    } catch (const wrong_usage& wrong) {
        return wrong.what();
    }
    return "accepted";
}

} // namespace

TEST_CASE("options are taken in any order") {
    arguments given({"--json", "--count", "7", "--seconds", "0.5"});

    CHECK(given.seconds("--seconds", 5, 0.01) == 0.5);
    CHECK(given.number("--count", 0, 1) == 7);
    CHECK(given.flag("--json"));
    CHECK_FALSE(given.flag("--json"));
    given.end();
}

TEST_CASE("what is not there has its default") {
    arguments given({});

    CHECK(given.number("--count", 3, 1) == 3);
    CHECK(given.choice("--operation", {"signal", "call"}) == "signal");
    CHECK_FALSE(given.text("--hub"));
}

TEST_CASE("a number that is none, or out of range, is refused with the range") {
    const auto take = [](arguments& all) { all.number("--width", 1, 1, 9); };

    CHECK(refusal_of({"--width", "9"}, take) == "accepted");
    for (const char* wrong : {"0", "10", "-1", "1.5", "x", "", "99999999999999999999"})
        CHECK(refusal_of({"--width", wrong}, take) ==
              "--width takes a whole number from 1 to 9, not '" + std::string(wrong) + "'");
}

TEST_CASE("a value that is missing is not taken from the next option") {
    const auto take = [](arguments& all) {
        all.number("--width", 1, 1);
        all.flag("--json");
    };

    CHECK(refusal_of({"--width", "--json"}, take) == "--width lacks its value");
    CHECK(refusal_of({"--json", "--width"}, take) == "--width lacks its value");
}

TEST_CASE("an option that is given twice is refused") {
    const auto take = [](arguments& all) { all.number("--width", 1, 1); };

    CHECK(refusal_of({"--width", "2", "--width", "3"}, take) ==
          "'--width' is no option of this benchmark, or is given twice");
}

TEST_CASE("a word that is no choice is refused with the choices") {
    const auto take = [](arguments& all) { all.choice("--kind", {"a", "b", "c"}); };

    CHECK(refusal_of({"--kind", "d"}, take) == "--kind is a, b or c, not 'd'");
}
