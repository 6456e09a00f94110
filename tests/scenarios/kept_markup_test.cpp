// SPDX-License-Identifier: Apache-2.0
// A decoded markup while nobody looks at it.
#include "inpaint/app/kept_markup.hpp"
#include "tests/scenarios/erase_case.hpp"

using namespace erase_tests;

TEST_CASE("a markup that has rested is the one it was") {
    pixels::mask markup = pictures::rectangle({40, 30}, 10, 5, 20, 9);
    SECTION("in the middle") {}
    SECTION("from the first pixel to the last") {
        markup.set(0, 0);
        markup.set(39, 29);
    }
    SECTION("of everything") {
        markup = pictures::rectangle({40, 30}, 0, 0, 40, 30);
    }
    SECTION("of nothing") {
        markup = pixels::mask(40, 30);
    }
    erase_app::kept_markup kept(markup);
    const auto before = kept.look();
    for (int i = 0; i < 2; ++i) {
        kept.rest();
        CHECK(*kept.look() == markup);
    }
    CHECK(*before == markup);
    CHECK(kept.in_memory() == markup);
}
