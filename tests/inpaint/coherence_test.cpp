// SPDX-License-Identifier: Apache-2.0
// The judge of an area: what was copied from elsewhere is perfect, what was not is not.
#include "perdure/inpaint/coherence.hpp"

#include "catch.hpp"
#include "perdure/inpaint/fill.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

TEST_CASE("an area that repeats what is outside of it has no energy") {
    image stripes(60, 50);
    for (int y = 0; y < 50; ++y)
        for (int x = 0; x < 60; ++x)
            pictures::paint(stripes, x, y, x % 6 * 40, y % 5 * 50, 9);

    CHECK(coherence(stripes, pictures::rectangle(stripes.size, 25, 20, 33, 28)) == 0);
}

TEST_CASE("a hole of another colour is worse than its fill") {
    image picture = pictures::pattern(70, 60);
    const mask area = pictures::rectangle(picture.size, 30, 25, 40, 33);
    for (int y = 25; y < 33; ++y)
        for (int x = 30; x < 40; ++x)
            pictures::paint(picture, x, y, 255, 0, 255);

    const auto before = coherence(picture, area);
    CHECK(before == coherence(picture, area));
    settings quick;
    quick.start_count = 2;
    quick.iterations_max = 3;
    quick.finest_iterations_max = 3;
    CHECK(coherence(fill(picture, area, {}, quick).picture, area) < before / 4);
}
