// SPDX-License-Identifier: Apache-2.0
// Levels: what a pixel of one stands for, where its targets may copy from, how it is sliced.
#include "catch.hpp"
#include "perdure/inpaint/level.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

namespace {

level build(const image& picture, const mask& markup, std::span<const mask> donors, int index) {
    level_plan planned;
    planned.levels.resize(3);
    return build_level(picture, markup, donors, planned, index, settings{});
}

} // namespace

TEST_CASE("a level pixel is the mean of its block") {
    image picture(32, 32);
    for (int y = 0; y < 32; ++y)
        for (int x = 0; x < 32; ++x)
            pictures::paint(picture, x, y, x, y, 100 + x % 2);
    const mask markup = pictures::rectangle(picture.size, 20, 20, 22, 22);

    const level half = build(picture, markup, {}, 1);

    const sample first = half.samples()[1];
    CHECK(int{first.red} == 3);
    CHECK(int{first.green} == 1);
    CHECK(int{first.blue} == 101);
}

TEST_CASE("a block with one marked pixel belongs to the hole and shows nothing of the object") {
    const image picture = pictures::pattern(61, 45);
    mask markup(61, 45);
    markup.set(60, 44);

    const level quarter = build(picture, markup, {}, 2);

    CHECK(quarter.size() == image_size{16, 12});
    REQUIRE(quarter.hole_pixels().size() == 1);
    CHECK(quarter.hole_pixels()[0] == point{15, 11});
    const sample seen = quarter.samples()[16 * 12 - 1];
    CHECK(seen == sample{0, 0, 0, seen.texture});
}

TEST_CASE("no source patch touches the hole and every patch that does is a target") {
    const image picture = pictures::pattern(40, 40);
    const mask markup = pictures::rectangle(picture.size, 20, 20, 22, 22);

    const level where = build(picture, markup, {}, 0);

    CHECK(where.targets().size() == 8 * 8);
    CHECK(where.source_sets()[0].count() == 34 * 34 - 8 * 8);
    CHECK_FALSE(where.source_sets()[0].contains(17, 17));
    CHECK(where.source_sets()[0].contains(16, 17));
    CHECK_FALSE(where.source_sets()[0].contains(2, 10));
}

TEST_CASE("a level is the same on any number of threads") {
    const image picture = pictures::pattern(90, 700);
    const mask markup = pictures::rectangle(picture.size, 20, 300, 60, 420);
    const level_plan planned = plan(markup, settings{});
    const int index = GENERATE(0, 1);
    const int threads = GENERATE(2, 5, 64);

    const level one = build_level(picture, markup, {}, planned, index, settings{});
    const level many = build_level(picture, markup, {}, planned, index, settings{}, threads);

    CHECK(one.encode() == many.encode());
}

TEST_CASE("coarse levels are the same from sums of blocks") {
    const image picture = pictures::pattern(GENERATE(333, 334, 336), 251);
    const mask markup = pictures::rectangle(picture.size, 90, 70, 210, 180);
    const level_plan planned = plan(markup, settings{});
    const block_sums sums(picture, markup, GENERATE(1, 3));
    REQUIRE(planned.levels.size() >= 4);

    for (int index = 0; index < static_cast<int>(planned.levels.size()); ++index)
        CHECK(build_level(picture, markup, {}, planned, index, settings{}, 1, &sums).encode() ==
              build_level(picture, markup, {}, planned, index, settings{}).encode());
}

TEST_CASE("overlapping donors share the union of their outer parts") {
    const image picture = pictures::pattern(60, 40);
    const mask markup = pictures::rectangle(picture.size, 20, 10, 40, 30);
    const std::vector<mask> donors{pictures::rectangle(picture.size, 0, 10, 32, 30),
                                   pictures::rectangle(picture.size, 28, 10, 60, 30)};

    const level where = build(picture, markup, donors, 0);

    // Left only, both, right only, in the order of their first pixel; set 0 is "no donor".
    REQUIRE(where.source_sets().size() == 4);
    CHECK(where.set_of_hole_pixel(0) == 1);
    CHECK(where.set_of_hole_pixel(10) == 2);
    CHECK(where.set_of_hole_pixel(19) == 3);
    CHECK(where.source_sets()[1].contains(10, 15));
    CHECK_FALSE(where.source_sets()[1].contains(50, 15));
    CHECK(where.source_sets()[2].contains(10, 15));
    CHECK(where.source_sets()[2].contains(50, 15));
    CHECK_FALSE(where.source_sets()[3].contains(10, 15));
    CHECK_FALSE(where.source_sets()[2].contains(10, 5));
}

TEST_CASE("many donors cost one source set per combination that occurs") {
    const image picture = pictures::pattern(120, 60);
    const mask markup = pictures::rectangle(picture.size, 30, 10, 90, 50);
    std::vector<mask> donors;
    for (int i = 0; i < 40; ++i)
        donors.push_back(pictures::rectangle(picture.size, 10, 10, 31 + i, 50));

    const level where = build(picture, markup, donors, 0);

    CHECK(where.source_sets().size() == 41);
}

TEST_CASE("slices in order cover every target and hole pixel once") {
    const image picture = pictures::pattern(64, 128);
    const mask markup = pictures::rectangle(picture.size, 20, 3, 40, 125);
    const level where = build(picture, markup, {}, 0);
    const int count = GENERATE(1, 2, 3, 4, 9);

    slice_range last;
    for (int i = 0; i < count; ++i) {
        const slice_range next = slice(where, i, count);
        CHECK(next.tile_begin == last.tile_end);
        CHECK(next.target_begin == last.target_end);
        CHECK(next.hole_begin == last.hole_end);
        last = next;
    }
    CHECK(last.target_end == where.targets().size());
    CHECK(last.hole_end == where.hole_pixels().size());
    CHECK_THROWS_AS(slice(where, count, count), image_error);
}

TEST_CASE("a plan halves until the hole is about a patch wide and says how much work there is") {
    const image picture = pictures::pattern(128, 128);
    const mask markup = pictures::rectangle(picture.size, 40, 40, 80, 80);

    const level_plan planned = plan(markup, settings{});

    REQUIRE(planned.levels.size() >= 2);
    for (std::size_t i = 0; i < planned.levels.size(); ++i) {
        const level where =
            build_level(picture, markup, {}, planned, static_cast<int>(i), settings{});
        CHECK(where.size() == planned.levels[i].size);
        CHECK(where.targets().size() == planned.levels[i].target_count);
    }
    CHECK(slice_count(planned.levels[0], 8) <= static_cast<int>(planned.levels[0].tile_count));
    CHECK(slice_count(planned.levels.back(), 8) == 1);
}
