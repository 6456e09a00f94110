// SPDX-License-Identifier: Apache-2.0
// The last touch of a fill: steps of light go, edges and textures stay.
#include <algorithm>
#include <cstdlib>

#include "catch.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/steps.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

namespace {

/// What lies left of the middle is a copy from so far to the left, the rest from so far to the
/// right.
struct copied_halves {
    int middle, distance;

    field of(const level& where) const {
        field made;
        for (const point& target : where.targets()) {
            const int away = target.x < middle ? -distance : distance;
            made.matches.push_back({{static_cast<std::uint16_t>(target.x + away), target.y}});
        }
        return made;
    }
};

colours seen_through(const level& where, const field& matches) {
    colours made;
    for (const point& pixel : where.hole_pixels()) {
        const auto target = std::ranges::find(where.targets(), pixel);
        const point source =
            matches.matches[static_cast<std::size_t>(target - where.targets().begin())].source;
        made.samples.push_back(
            where.samples()[static_cast<std::size_t>(source.y * where.size().width + source.x)]);
    }
    return made;
}

// A sky that gets lighter towards the right, with a hole whose halves are copies of what lies to
// the left and to the right of it: one too dark, the other too light.
struct copied_sky {
    static constexpr copied_halves halves{60, 26};

    image truth{120, 60};
    mask markup = pictures::rectangle(truth.size, 40, 20, 80, 40);

    int value_at(int x) const { return 100 + x / 5; }

    copied_sky() {
        for (int y = 0; y < 60; ++y)
            for (int x = 0; x < 120; ++x)
                pictures::paint(truth, x, y, value_at(x), value_at(x), 200);
    }

    level build() const {
        return build_level(truth, markup, {}, plan(markup, settings{}), 0, settings{});
    }

    int worst_difference(const level& where, const colours& filled) const {
        int worst = 0;
        for (std::size_t i = 0; i < filled.samples.size(); ++i)
            worst = std::max(worst,
                             std::abs(filled.samples[i].red - value_at(where.hole_pixels()[i].x)));
        return worst;
    }
};

} // namespace

TEST_CASE("copies that are too dark and too light end with the light between them") {
    const copied_sky sky;
    const level where = sky.build();
    const field matches = copied_sky::halves.of(where);
    const colours copied = seen_through(where, matches);
    REQUIRE(sky.worst_difference(where, copied) >= 5);

    const colours lit = even_light(where, matches, copied);

    CHECK(sky.worst_difference(where, lit) <= 2);
    CHECK(std::ranges::equal(lit.samples, copied.samples, {}, &sample::blue, &sample::blue));
}

TEST_CASE("a step of light that is not seen where two copies meet is evened out, too") {
    constexpr copied_halves halves{100, 50};
    image picture(200, 100);
    for (int y = 0; y < 100; ++y)
        for (int x = 0; x < 200; ++x) {
            const int value = x < halves.middle ? 100 : 108;
            pictures::paint(picture, x, y, value, value, value);
        }
    // The two columns of each copy between which they meet are the same.
    for (int y = 0; y < 100; ++y)
        for (const int seam : {halves.middle - halves.distance, halves.middle + halves.distance})
            for (const int x : {seam - 1, seam})
                pictures::paint(picture, x, y, 104, 104, 104);
    const mask markup = pictures::rectangle(picture.size, 80, 40, 120, 60);
    const level where = build_level(picture, markup, {}, plan(markup, settings{}), 0, settings{});
    const field matches = halves.of(where);
    const colours copied = seen_through(where, matches);
    constexpr std::size_t to_the_other_side = 7;
    const auto here = std::ranges::find(where.hole_pixels(), point{96, 50});
    const auto left = static_cast<std::size_t>(here - where.hole_pixels().begin());
    const std::size_t right = left + to_the_other_side;
    REQUIRE(copied.samples[right].red - copied.samples[left].red == 8);

    const colours lit = even_light(where, matches, copied);

    CHECK(lit.samples[right].red - lit.samples[left].red <= 4);
}

TEST_CASE("copies that meet in an edge keep it") {
    copied_sky sky;
    for (int y = 0; y < 60; ++y)
        for (int x = 84; x < 120; ++x)
            pictures::paint(sky.truth, x, y, 20, 20, 20);
    const level where = sky.build();
    const field matches = copied_sky::halves.of(where);

    const colours lit = even_light(where, matches, seen_through(where, matches));

    for (std::size_t i = 0; i + 1 < lit.samples.size(); ++i)
        if (where.hole_pixels()[i].x == copied_sky::halves.middle - 1)
            CHECK(lit.samples[i].red - lit.samples[i + 1].red > 70);
}

TEST_CASE("textures are left as they were copied") {
    copied_sky sky;
    for (std::size_t i = 0; i < sky.truth.rgb.size(); ++i)
        sky.truth.rgb[i] = static_cast<std::uint8_t>(sky.truth.rgb[i] + 16 * (i / 3 % 2));
    const level where = sky.build();
    const field matches = copied_sky::halves.of(where);
    const colours copied = seen_through(where, matches);

    CHECK(even_light(where, matches, copied) == copied);
}

TEST_CASE("light is not evened out with colours of another hole") {
    const copied_sky sky;
    const level where = sky.build();
    CHECK_THROWS_AS(even_light(where, copied_sky::halves.of(where), colours{}), image_error);
    CHECK_THROWS_AS(even_light(where, field{}, colours{}), image_error);
}
