// SPDX-License-Identifier: Apache-2.0
// Seam carving as a whole: the marked is gone, the size is kept, and there is one result.
#include "perdure/inpaint/seam_carving.hpp"

#include <algorithm>
#include <stop_token>

#include "catch.hpp"
#include "inpaint/src/seams.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;
using Catch::Matchers::Contains;

namespace {

/// Stripes of one grey each from top to bottom; the marked ones are white.
image striped(int width, int height, const mask& white) {
    image picture(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const int grey = white.at(x, y) ? 255 : x / 4 * 10 % 200;
            pictures::paint(picture, x, y, grey, grey, grey);
        }
    return picture;
}

std::size_t white_count(const image& picture) {
    return static_cast<std::size_t>(
        std::count(picture.rgb.begin(), picture.rgb.end(), std::uint8_t{255}));
}

image turned_over(const image& picture) {
    image turned(picture.size.height, picture.size.width);
    for (int y = 0; y < picture.size.height; ++y)
        for (int x = 0; x < picture.size.width; ++x) {
            const std::size_t i = 3 * static_cast<std::size_t>(y * picture.size.width + x);
            pictures::paint(turned, y, x, picture.rgb[i], picture.rgb[i + 1], picture.rgb[i + 2]);
        }
    return turned;
}

mask turned_over(const mask& area) {
    mask turned(area.size.height, area.size.width);
    for (int y = 0; y < area.size.height; ++y)
        for (int x = 0; x < area.size.width; ++x)
            turned.set(y, x, area.at(x, y));
    return turned;
}

} // namespace

TEST_CASE("carving takes out what is marked and keeps the picture's size") {
    const mask markup = pictures::rectangle({48, 40}, 20, 10, 26, 30);
    const image picture = striped(48, 40, markup);

    const carve_result carved = carve(picture, markup);

    CHECK(carved.picture.size == picture.size);
    CHECK(white_count(carved.picture) == 0);
    CHECK(carved.seam_count == 6);
    CHECK_FALSE(carved.is_horizontal);
    CHECK(carve(picture, markup).picture == carved.picture);
}

TEST_CASE("seams run the way in which fewer are needed, and both ways give the same") {
    const mask markup = pictures::rectangle({48, 40}, 20, 10, 26, 30);
    const image picture = striped(48, 40, markup);

    const carve_result carved = carve(turned_over(picture), turned_over(markup));

    CHECK(carved.is_horizontal);
    CHECK(carved.seam_count == 6);
    CHECK(carved.picture == turned_over(carve(picture, markup).picture));
}

TEST_CASE("a seam takes as many marked pixels as lie on one") {
    // A slope of 45 degrees: one seam can follow it.
    mask markup(40, 30);
    for (int y = 5; y < 25; ++y)
        markup.set(y + 5, y);

    CHECK(carve(striped(40, 30, markup), markup).seam_count == 1);
}

TEST_CASE("a seam leaves what a fresh look at the rest would see") {
    pixel_rows rows{30, 20, {}};
    for (int i = 0; i < 600; ++i)
        rows.pixels.push_back({static_cast<std::uint8_t>(i * i * 31 % 251),
                               static_cast<std::uint8_t>(i * 7919 % 241), 9, 255});
    seam_field field(rows, {});
    for (int i = 0; i < 12; ++i) {
        seam_field fresh(field.rows(), {});
        fresh.take_seam();
        field.take_seam();
        CHECK(fresh.rows().pixels == field.rows().pixels);
    }
}

TEST_CASE("a flat picture is the same after carving") {
    image picture(40, 30);
    std::fill(picture.rgb.begin(), picture.rgb.end(), std::uint8_t{77});
    picture.alpha.assign(picture.size.pixel_count(), 200);
    const mask markup = pictures::rectangle(picture.size, 10, 10, 30, 14);

    CHECK(carve(picture, markup).picture == picture);
}

TEST_CASE("more than half of a picture can be carved and stretched again") {
    const mask markup = pictures::rectangle({48, 40}, 4, 3, 40, 39);
    const image picture = striped(48, 40, markup);

    const carve_result carved = carve(picture, markup);

    CHECK(carved.picture.size == picture.size);
    CHECK(white_count(carved.picture) == 0);
}

TEST_CASE("a markup that leaves no seams is refused") {
    const mask markup = pictures::rectangle({48, 48}, 0, 0, 41, 41);
    CHECK_THAT(pictures::error_of([&] { carve(pictures::pattern(48, 48), markup); }),
               Contains("too little of the picture"));
    CHECK_THAT(pictures::error_of([&] { carve(pictures::pattern(48, 48), mask(48, 48)); }),
               Contains("marks nothing"));
}

TEST_CASE("carving reports every seam and stops when asked to") {
    const mask markup = pictures::rectangle({48, 40}, 20, 10, 26, 30);
    const image picture = striped(48, 40, markup);
    std::vector<int> reported;
    carve_options options;
    options.progress = [&](int done, int expected) {
        reported.push_back(done);
        CHECK(expected == 12);
    };
    carve(picture, markup, options);
    CHECK(reported == std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});

    std::stop_source stop;
    options.stop = stop.get_token();
    options.progress = [&](int done, int) {
        if (done == 8)
            stop.request_stop();
    };
    const carve_result stopped = carve(picture, markup, options);
    CHECK(stopped.was_stopped);
    CHECK(stopped.picture == picture);
}
