// SPDX-License-Identifier: Apache-2.0
// A fill has to be textured like what lies around it, also where smooth sources fit better.
#include <algorithm>
#include <cstdlib>

#include "catch.hpp"
#include "perdure/inpaint/pass.hpp"
#include "perdure/inpaint/steps.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

namespace {

constexpr int edge = 60; // rough left of it, smooth right of it

image rough_and_smooth() {
    image picture(120, 60);
    for (int y = 0; y < 60; ++y)
        for (int x = 0; x < 120; ++x) {
            const int value = x < edge ? 60 + 120 * ((x / 2 + y / 2) % 2) : 120;
            pictures::paint(picture, x, y, value, value, value);
        }
    return picture;
}

level build(const mask& markup, std::span<const mask> donors = {}) {
    const image picture = rough_and_smooth();
    return build_level(picture, markup, donors, plan(markup, settings{}), 0, settings{});
}

int texture_at(const level& where, int x, int y) {
    return where.samples()[static_cast<std::size_t>(y * where.size().width + x)].texture;
}

} // namespace

TEST_CASE("a hole in something rough has to be rough, and one in something smooth need not be") {
    const level in_rough = build(pictures::rectangle({120, 60}, 15, 20, 35, 40));
    const level in_smooth = build(pictures::rectangle({120, 60}, 85, 20, 105, 40));

    int least = 255;
    int most = 0;
    for (int x = 8; x < 15; ++x) {
        least = std::min(least, texture_at(in_rough, x, 30));
        most = std::max(most, texture_at(in_rough, x, 30));
    }
    REQUIRE(least > 40);
    for (const point& pixel : in_rough.hole_pixels()) {
        CHECK(texture_at(in_rough, pixel.x, pixel.y) > least / 2);
        CHECK(texture_at(in_rough, pixel.x, pixel.y) < most);
    }
    for (const point& pixel : in_smooth.hole_pixels())
        CHECK(texture_at(in_smooth, pixel.x, pixel.y) == 0);
}

TEST_CASE("between something rough and something smooth the floor falls") {
    const level where = build(pictures::rectangle({120, 60}, 40, 20, 80, 40));
    CHECK(texture_at(where, 41, 30) > texture_at(where, 60, 30) + 5);
    CHECK(texture_at(where, 60, 30) > texture_at(where, 78, 30) + 5);
}

TEST_CASE("where all is alike the floor is four fifths of it") {
    image checks(120, 60);
    for (int y = 0; y < 60; ++y)
        for (int x = 0; x < 120; ++x) {
            const int value = 100 + 20 * ((x + y) % 2);
            pictures::paint(checks, x, y, value, value, value);
        }
    const mask markup = pictures::rectangle({120, 60}, 40, 20, 56, 36);
    const level where = build_level(checks, markup, {}, plan(markup, settings{}), 0, settings{});
    const int around = texture_at(where, 20, 28);
    REQUIRE(around > 20);
    for (const point& pixel : where.hole_pixels())
        CHECK(std::abs(texture_at(where, pixel.x, pixel.y) - around * 4 / 5) <= 1);
}

TEST_CASE("one cable at its border does not ask for the like of it all over a hole") {
    image sky(120, 60);
    for (int y = 0; y < 60; ++y)
        for (int x = 0; x < 120; ++x) {
            const int value = x == 38 ? 20 : 200;
            pictures::paint(sky, x, y, value, value, value);
        }
    const mask markup = pictures::rectangle({120, 60}, 40, 12, 80, 48);
    const level where = build_level(sky, markup, {}, plan(markup, settings{}), 0, settings{});
    REQUIRE(texture_at(where, 39, 30) > 20);
    CHECK(texture_at(where, 60, 30) < texture_at(where, 39, 30) / 10);
}

TEST_CASE("a hole shows no colour of what is there") {
    const level where = build(pictures::rectangle({120, 60}, 15, 20, 35, 40));
    for (const point& pixel : where.hole_pixels()) {
        const sample& there =
            where.samples()[static_cast<std::size_t>(pixel.y * where.size().width + pixel.x)];
        CHECK(there == sample{0, 0, 0, there.texture});
    }
}

TEST_CASE("whoever names donors may want something smoother") {
    const mask markup = pictures::rectangle({120, 60}, 30, 20, 50, 40);
    const mask donor = pictures::rectangle({120, 60}, 35, 15, 110, 45);
    const level where = build(markup, {&donor, 1});
    for (const point& pixel : where.hole_pixels())
        CHECK(texture_at(where, pixel.x, pixel.y) == 0);
}

TEST_CASE("what is copied from something smooth counts as rough as the hole has to be") {
    const level where = build(pictures::rectangle({120, 60}, 15, 20, 35, 40));
    field smooth;
    for (const point& target : where.targets())
        smooth.matches.push_back({{static_cast<std::uint16_t>(target.x + 70), target.y}});

    const vote_result voted = vote(where, smooth, {}, whole(where), pass{}, settings{});

    for (std::size_t i = 0; i < where.hole_pixels().size(); ++i) {
        const point pixel = where.hole_pixels()[i];
        CHECK(int{voted.samples.samples[i].red} == 120);
        CHECK(int{voted.samples.samples[i].texture} == texture_at(where, pixel.x, pixel.y));
    }
}

TEST_CASE("each of two holes has the floor of what lies around it") {
    mask both = pictures::rectangle({120, 60}, 15, 20, 35, 40);
    const mask smooth = pictures::rectangle({120, 60}, 95, 20, 105, 30);
    for (std::size_t i = 0; i < both.flags.size(); ++i)
        both.flags[i] |= smooth.flags[i];
    const level where = build(both);
    CHECK(texture_at(where, 100, 25) == 0);
    CHECK(texture_at(where, 25, 30) > texture_at(where, 10, 30) / 2);
}
