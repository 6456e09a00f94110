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

// A sky that gets lighter towards the right, with a hole whose halves are copies of what lies to
// the left and to the right of it: one too dark, the other too light.
struct copied_sky {
    static constexpr int distance = 26;
    static constexpr int middle = 60;

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

    static field copies(const level& where) {
        field made;
        for (const point& target : where.targets()) {
            const int away = target.x < middle ? -distance : distance;
            made.matches.push_back({{static_cast<std::uint16_t>(target.x + away), target.y}});
        }
        return made;
    }

    static colours seen_through(const level& where, const field& matches) {
        colours made;
        for (const point& pixel : where.hole_pixels()) {
            const auto target = std::ranges::find(where.targets(), pixel);
            const point source =
                matches.matches[static_cast<std::size_t>(target - where.targets().begin())].source;
            made.samples.push_back(
                where.samples()[static_cast<std::size_t>(source.y * 120 + source.x)]);
        }
        return made;
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
    const field matches = copied_sky::copies(where);
    const colours copied = copied_sky::seen_through(where, matches);
    REQUIRE(sky.worst_difference(where, copied) >= 5);

    const colours lit = even_light(where, matches, copied);

    CHECK(sky.worst_difference(where, lit) <= 2);
    CHECK(std::ranges::equal(lit.samples, copied.samples, {}, &sample::blue, &sample::blue));
}

TEST_CASE("a step of light that is not seen where two copies meet is evened out, too") {
    constexpr int middle = 100;
    constexpr int distance = 50;
    image picture(200, 100);
    for (int y = 0; y < 100; ++y)
        for (int x = 0; x < 200; ++x) {
            const int to_seam = std::min(std::abs(2 * (x + distance - middle) + 1),
                                         std::abs(2 * (x - distance - middle) + 1));
            const int value = to_seam == 1 ? 104 : x < middle ? 100 : 108;
            pictures::paint(picture, x, y, value, value, value);
        }
    const mask markup = pictures::rectangle(picture.size, 80, 40, 120, 60);
    const level where = build_level(picture, markup, {}, plan(markup, settings{}), 0, settings{});
    field matches;
    for (const point& target : where.targets()) {
        const int away = target.x < middle ? -distance : distance;
        matches.matches.push_back({{static_cast<std::uint16_t>(target.x + away), target.y}});
    }
    colours copied;
    for (const point& pixel : where.hole_pixels()) {
        const int value = std::abs(2 * (pixel.x - middle) + 1) == 1 ? 104
                          : pixel.x < middle                        ? 100
                                                                    : 108;
        const auto shade = static_cast<std::uint8_t>(value);
        copied.samples.push_back({shade, shade, shade, 0});
    }

    const colours lit = even_light(where, matches, copied);

    for (std::size_t i = 0; i + 8 < lit.samples.size(); ++i)
        if (where.hole_pixels()[i] == point{middle - 4, 50})
            CHECK(lit.samples[i + 7].red - lit.samples[i].red <= 4);
}

TEST_CASE("copies that meet in an edge keep it") {
    copied_sky sky;
    for (int y = 0; y < 60; ++y)
        for (int x = 84; x < 120; ++x)
            pictures::paint(sky.truth, x, y, 20, 20, 20);
    const level where = sky.build();
    const field matches = copied_sky::copies(where);

    const colours lit = even_light(where, matches, copied_sky::seen_through(where, matches));

    for (std::size_t i = 0; i + 1 < lit.samples.size(); ++i)
        if (where.hole_pixels()[i].x == copied_sky::middle - 1)
            CHECK(lit.samples[i].red - lit.samples[i + 1].red > 70);
}

TEST_CASE("textures are left as they were copied") {
    copied_sky sky;
    for (std::size_t i = 0; i < sky.truth.rgb.size(); ++i)
        sky.truth.rgb[i] = static_cast<std::uint8_t>(sky.truth.rgb[i] + 16 * (i / 3 % 2));
    const level where = sky.build();
    const field matches = copied_sky::copies(where);
    const colours copied = copied_sky::seen_through(where, matches);

    CHECK(even_light(where, matches, copied) == copied);
}

TEST_CASE("light is not evened out with colours of another hole") {
    const copied_sky sky;
    const level where = sky.build();
    CHECK_THROWS_AS(even_light(where, copied_sky::copies(where), colours{}), image_error);
    CHECK_THROWS_AS(even_light(where, field{}, colours{}), image_error);
}
