// SPDX-License-Identifier: Apache-2.0
// Parts of a hole start anew where they can be seen.
#include <cstdlib>

#include "catch.hpp"
#include "perdure/inpaint/steps.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

namespace {

constexpr image_size size{400, 240};
constexpr int small_left = 360, small_top = 200, small_side = 28;

mask large_and_small() {
    mask hole = pictures::rectangle(size, 100, 60, 228, 188);
    for (int y = small_top; y < small_top + small_side; ++y)
        for (int x = small_left; x < small_left + small_side; ++x)
            hole.set(x, y);
    return hole;
}

/// What is carried over stays where it is.
settings without_cuts() {
    settings chosen;
    chosen.cut_offers = 0;
    return chosen;
}

level level_of(const mask& hole, int index,
               const image& picture = pictures::pattern(size.width, size.height)) {
    const settings chosen;
    return build_level(picture, hole, {}, plan(hole, chosen), index, chosen);
}

/// Everything is copied from the upper left corner.
field from_the_corner(const level& where) {
    field matches;
    matches.matches.assign(where.targets().size(), match{{patch_radius, patch_radius}, 1, false});
    return matches;
}

bool is_near_the_corner(point source) {
    return source.x < 30 && source.y < 30;
}

/// How many of the targets on one side of the picture copy from there, and from elsewhere.
struct tally {
    int corner = 0, elsewhere = 0;
};

tally count(const level& where, const field& matches, bool is_right) {
    tally counted;
    for (std::size_t i = 0; i < where.targets().size(); ++i)
        if ((where.targets()[i].x > where.size().width * 3 / 4) == is_right)
            ++(is_near_the_corner(matches.matches[i].source) ? counted.corner : counted.elsewhere);
    return counted;
}

} // namespace

TEST_CASE("a small part of a hole forgets what it was filled with before it could be seen") {
    const mask hole = large_and_small();
    const level coarse = level_of(hole, 2);
    const level fine = level_of(hole, 1);

    const field scaled = scale_field(coarse, from_the_corner(coarse), fine, without_cuts());

    REQUIRE(count(fine, scaled, true).corner == 0);
    REQUIRE(count(fine, scaled, false).elsewhere == 0);
}

TEST_CASE("a part of a hole that starts anew keeps what suits the known pixels around it") {
    const mask hole = large_and_small();
    const image even(size.width, size.height); // where everything suits
    const level coarse = level_of(hole, 2, even);
    const level fine = level_of(hole, 1, even);
    const point beside{small_left / 4 - 10, small_top / 4 + 3};
    field carried;
    carried.matches.assign(coarse.targets().size(), match{beside, 0, false});

    const field scaled = scale_field(coarse, carried, fine, without_cuts());

    for (const match& each : scaled.matches) {
        REQUIRE(std::abs(each.source.x - 2 * beside.x) <= patch_side);
        REQUIRE(std::abs(each.source.y - 2 * beside.y) <= patch_side);
    }
}

TEST_CASE("a part of a hole that could be seen before keeps what it was filled with") {
    const mask hole = large_and_small();
    const level coarse = level_of(hole, 1);
    const level fine = level_of(hole, 0);

    const field scaled = scale_field(coarse, from_the_corner(coarse), fine, without_cuts());

    REQUIRE(count(fine, scaled, true).elsewhere == 0);
}

TEST_CASE("small parts of a hole start alike on any number of threads") {
    mask hole = large_and_small();
    for (int y = 20; y < 20 + small_side; ++y)
        for (int x = small_left; x < small_left + small_side; ++x)
            hole.set(x, y);
    const level coarse = level_of(hole, 2);
    const level fine = level_of(hole, 1);

    const field scaled = scale_field(coarse, from_the_corner(coarse), fine, without_cuts());

    REQUIRE(count(fine, scaled, true).corner == 0);
    CHECK(scale_field(coarse, from_the_corner(coarse), fine, without_cuts(), 3) == scaled);
}
