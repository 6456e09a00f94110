// SPDX-License-Identifier: Apache-2.0
// The judge of an area: what was copied from elsewhere is perfect, what was not is not.
#include "perdure/inpaint/coherence.hpp"

#include <algorithm>

#include "catch.hpp"
#include "inpaint/src/random.hpp"
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

TEST_CASE("what was copied from one place in noise is found") {
    image noise(800, 600);
    random_stream random(3);
    for (int y = 0; y < 600; ++y)
        for (int x = 0; x < 800; ++x)
            pictures::paint(noise, x, y, random.between(0, 255), random.between(0, 255),
                            random.between(0, 255));
    const mask area = pictures::rectangle(noise.size, 30, 30, 70, 70);
    image copied = noise;
    for (int y = 30; y < 70; ++y)
        for (int x = 30; x < 70; ++x)
            std::copy_n(&noise.rgb[3U * static_cast<unsigned>((y + 60) * 800 + x + 90)], 3,
                        &copied.rgb[3U * static_cast<unsigned>(y * 800 + x)]);

    // Only patches that see both the copy and what lies around it have no equal.
    CHECK(coherence(copied, area) < coherence(noise, area) / 2);
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
