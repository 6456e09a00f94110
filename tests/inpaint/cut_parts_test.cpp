// SPDX-License-Identifier: Apache-2.0
// Parts of a hole are divided into regions that are copied as one.
#include <cstdlib>
#include <random>
#include <set>
#include <utility>

#include "catch.hpp"
#include "inpaint/src/cut_parts.hpp"
#include "perdure/inpaint/steps.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

namespace {

constexpr image_size size{200, 120};
constexpr int period = 8;

/// The same tile again and again.
image repeating() {
    image picture(size.width, size.height);
    std::mt19937 random(1);
    std::vector<int> tile;
    for (int i = 0; i < period * period; ++i)
        tile.push_back(static_cast<int>(random() % 200));
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const int shade = tile[static_cast<std::size_t>(y % period * period + x % period)];
            pictures::paint(picture, x, y, shade, 200 - shade, shade / 2);
        }
    return picture;
}

/// Two tiles, one on the left and one on the right.
image halves() {
    const image left = repeating();
    image picture = left;
    for (int y = 0; y < size.height; ++y)
        for (int x = size.width / 2; x < size.width; ++x) {
            const std::size_t at = 3 * static_cast<std::size_t>(y * size.width + x);
            for (std::size_t channel = 0; channel < 3; ++channel)
                picture.rgb[at + channel] = static_cast<std::uint8_t>(255 - left.rgb[at + channel]);
        }
    return picture;
}

image noise() {
    image picture(size.width, size.height);
    std::mt19937 random(1);
    for (std::uint8_t& each : picture.rgb)
        each = static_cast<std::uint8_t>(random() % 200);
    return picture;
}

mask hole() {
    return pictures::rectangle(size, 80, 40, 120, 80);
}

settings cutting() {
    settings chosen;
    chosen.cut_level_min = 0;
    return chosen;
}

level finest_of(const image& picture, const mask& markup, std::span<const mask> donors = {}) {
    return build_level(picture, markup, donors, plan(markup, cutting()), 0, cutting());
}

using offset = std::pair<int, int>;

offset offset_of(const level& where, const field& matches, std::size_t target) {
    const point here = where.targets()[target];
    const point source = matches.matches[target].source;
    return {source.x - here.x, source.y - here.y};
}

std::set<offset> offsets_of(const level& where, const field& matches) {
    std::set<offset> all;
    for (std::size_t i = 0; i < matches.matches.size(); ++i)
        all.insert(offset_of(where, matches, i));
    return all;
}

template <class Choose>
field field_of(const level& where, Choose choose) {
    field matches;
    for (const point& here : where.targets()) {
        const offset chosen = choose(here);
        matches.matches.push_back({{static_cast<std::uint16_t>(here.x + chosen.first),
                                    static_cast<std::uint16_t>(here.y + chosen.second)},
                                   7,
                                   false});
    }
    return matches;
}

/// Copied from the left and from the right by turns.
offset patchwork(point here) {
    return (here.x / 4 + here.y / 4) % 2 == 0 ? offset{-60, 0} : offset{60, 0};
}

int seam_count(const level& where, const field& matches) {
    int count = 0;
    for (std::size_t i = 1; i < where.targets().size(); ++i)
        if (where.targets()[i - 1].y == where.targets()[i].y &&
            offset_of(where, matches, i - 1) != offset_of(where, matches, i))
            ++count;
    return count;
}

field cut(const level& where, field matches, const settings& chosen = cutting(), int threads = 1) {
    cut_parts(where, chosen, threads, matches);
    return matches;
}

} // namespace

TEST_CASE("a patchwork of copies becomes few regions") {
    const level where = finest_of(noise(), hole());
    const field before = field_of(where, patchwork);

    const field after = cut(where, before);

    REQUIRE(seam_count(where, before) > 400);
    CHECK(seam_count(where, after) < 40);
}

TEST_CASE("an offset that continues what is around the hole is found though no target has it") {
    const level where = finest_of(repeating(), hole());
    const field before = field_of(where, [](point) { return offset{-59, 3}; });

    const field after = cut(where, before);

    for (const offset& each : offsets_of(where, after)) {
        CHECK(each.first % period == 0);
        CHECK(each.second % period == 0);
    }
}

TEST_CASE("each of several frequent offsets spreads to where it suits best") {
    const level where = finest_of(halves(), hole());
    // Of the targets of each half a third have what suits it, the others each something else.
    const field before = field_of(where, [](point here) {
        const bool is_right = here.x >= size.width / 2;
        if ((here.x + here.y) % 3 == 0)
            return is_right ? offset{56, 0} : offset{-56, 0};
        return is_right ? offset{51 + here.x % 3, here.y % 5 - 2}
                        : offset{-50 - here.x % 3, here.y % 5 - 2};
    });

    const field after = cut(where, before);

    for (std::size_t i = 0; i < after.matches.size(); ++i)
        if (std::abs(where.targets()[i].x - size.width / 2) > patch_side) {
            const offset copied = offset_of(where, after, i);
            CHECK(copied.first % period == 0);
            CHECK(copied.second % period == 0);
        }
}

TEST_CASE("a part of a hole that is copied without a seam stays as it is") {
    const level where = finest_of(repeating(), hole());
    const field before = field_of(where, [](point) { return offset{-56, 0}; });

    CHECK(cut(where, before) == before);
}

TEST_CASE("a cut gives no target a source that its donors do not allow") {
    mask donor = pictures::rectangle(size, 80, 30, 100, 90);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < 30; ++x)
            donor.set(x, y);
    const std::vector<mask> donors{donor};
    const level where = finest_of(noise(), hole(), donors);
    REQUIRE(where.source_sets().size() == 2);
    const field before = field_of(where, [&](point here) {
        const auto target = static_cast<std::uint32_t>(std::ranges::find(where.targets(), here) -
                                                       where.targets().begin());
        return where.set_of_target(target) == 0 ? offset{60, 0} : offset{-here.x + 10, 0};
    });

    const field after = cut(where, before);

    for (std::uint32_t i = 0; i < after.matches.size(); ++i) {
        const point source = after.matches[i].source;
        CHECK(where.source_sets()[where.set_of_target(i)].contains(source.x, source.y));
    }
}

TEST_CASE("parts of a hole are cut alike on any number of threads") {
    mask markup = hole();
    for (int y = 30; y < 60; ++y)
        for (int x = 150; x < 180; ++x)
            markup.set(x, y);
    const level where = finest_of(noise(), markup);
    const field before = field_of(where, [](point here) {
        return here.x > 140 ? offset{(here.x + here.y) % 2 == 0 ? -100 : -120, 0} : patchwork(here);
    });

    const field after = cut(where, before);

    CHECK(after != before);
    CHECK(cut(where, before, cutting(), 3) == after);
}

TEST_CASE("parts of a hole are cut only where the settings say so") {
    const level where = finest_of(noise(), hole());
    const field before = field_of(where, patchwork);
    settings chosen = cutting();
    REQUIRE(cut(where, before, chosen) != before);

    SECTION("nothing is offered") {
        chosen.cut_offers = 0;
    }
    SECTION("the level is too fine") {
        chosen.cut_level_min = 1;
    }
    SECTION("the part is too large") {
        chosen.cut_targets_max = static_cast<int>(where.targets().size()) - 1;
    }
    CHECK(cut(where, before, chosen) == before);
}

TEST_CASE("a small part is cut at the finest level where parts are cut at all") {
    constexpr int scale = 4; // of the level with index 2
    settings chosen = cutting();
    chosen.cut_level_min = 2;
    image picture(scale * size.width, scale * size.height);
    std::mt19937 random(1);
    for (std::uint8_t& each : picture.rgb)
        each = static_cast<std::uint8_t>(random() % 200);
    const mask markup =
        pictures::rectangle(picture.size, scale * 80, scale * 40, scale * 120, scale * 80);
    const level where = build_level(picture, markup, {}, plan(markup, chosen), 2, chosen);
    const field before = field_of(where, patchwork);

    CHECK(cut(where, before, chosen) != before);
}

TEST_CASE("a field is cut when it is carried to the next finer level") {
    const mask markup = hole();
    const level coarse = build_level(noise(), markup, {}, plan(markup, cutting()), 1, cutting());
    const level fine = finest_of(noise(), markup);
    const field before = field_of(coarse, [](point here) {
        return (here.x / 2 + here.y / 2) % 2 == 0 ? offset{-30, 0} : offset{30, 0};
    });
    settings none = cutting();
    none.cut_offers = 0;

    const field scaled = scale_field(coarse, before, fine, none);

    CHECK(scale_field(coarse, before, fine, cutting()) == cut(fine, scaled));
    CHECK(seam_count(fine, cut(fine, scaled)) < seam_count(fine, scaled) / 10);
}
