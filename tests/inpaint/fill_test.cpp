// SPDX-License-Identifier: Apache-2.0
// What fill() promises as a whole: only marked pixels change, and the same input gives the same
// pixels however the work is divided.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <utility>

#include "catch.hpp"
#include "inpaint/src/patch_distance.hpp"
#include "perdure/inpaint/fill.hpp"
#include "perdure/inpaint/steps.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

namespace {

// Enough passes to see every kind, few enough for sanitizers.
settings quick() {
    settings chosen;
    chosen.start_count = 3;
    chosen.iterations_max = 3;
    chosen.finest_iterations_max = 3;
    chosen.even_iterations_max = 2;
    return chosen;
}

fill_result fill_on(const image& picture, const mask& markup, int threads) {
    fill_options options;
    options.threads = threads;
    return fill(picture, markup, {}, quick(), options);
}

int red_minus_blue(const image& picture, int x, int y) {
    const std::size_t i = 3 * static_cast<std::size_t>(y * picture.size.width + x);
    return picture.rgb[i] - picture.rgb[i + 2];
}

// The durable pipeline in small: every value travels as bytes, slices are computed backwards.
image fill_by_steps(const image& picture, const mask& markup, int slices) {
    const settings chosen = quick();
    const level_plan planned = plan(markup, chosen);
    const auto count = static_cast<int>(planned.levels.size());
    field matches;
    colours current;
    std::size_t best = 0;
    for (int index = count - 1; index >= 0; --index) {
        const level where =
            level::decode(build_level(picture, markup, {}, planned, index, chosen).encode());
        if (index == count - 1) {
            std::vector<start_result> starts;
            std::vector<std::uint64_t> energies;
            for (int start = 0; start < chosen.start_count; ++start) {
                starts.push_back(start_result::decode(solve_start(where, chosen, start).encode()));
                energies.push_back(starts.back().energy);
            }
            best = best_start(energies);
            matches = starts[best].matches;
        } else {
            const level coarse = build_level(picture, markup, {}, planned, index + 1, chosen);
            matches = scale_field(coarse, matches, where, chosen);
        }
        pass now = first_pass(index, static_cast<int>(best), chosen);
        current = vote(where, matches, {}, whole(where), now, chosen).samples;
        while (!now.is_done) {
            std::vector<field> found(static_cast<std::size_t>(slices));
            for (int i = slices - 1; i >= 0; --i)
                found[static_cast<std::size_t>(i)] =
                    search_result::decode(
                        search(where, matches, current, slice(where, i, slices), now, chosen)
                            .encode())
                        .matches;
            matches = field::decode(field::join(std::move(found)).encode());
            std::vector<colours> voted(static_cast<std::size_t>(slices));
            vote_statistics statistics;
            for (int i = slices - 1; i >= 0; --i) {
                const vote_result result = vote_result::decode(
                    vote(where, matches, current, slice(where, i, slices), now, chosen).encode());
                voted[static_cast<std::size_t>(i)] = result.samples;
                statistics += result.statistics;
            }
            current = colours::join(std::move(voted));
            now = pass::decode(next_pass(now, statistics, chosen).encode());
        }
    }
    const level finest = build_level(picture, markup, {}, planned, 0, chosen);
    return paste(picture, markup,
                 even_light(finest, matches, restore_contrast(finest, matches, current)));
}

} // namespace

TEST_CASE("not one pixel outside the markup changes") {
    const image picture = pictures::pattern(96, 80);
    const mask markup = pictures::rectangle(picture.size, 30, 25, 60, 55);

    const image filled = fill_on(picture, markup, 1).picture;

    std::size_t changed_outside = 0;
    std::size_t changed_inside = 0;
    for (std::size_t i = 0; i < picture.rgb.size(); ++i)
        (markup.flags[i / 3] != 0 ? changed_inside : changed_outside) +=
            picture.rgb[i] != filled.rgb[i] ? 1 : 0;
    CHECK(changed_outside == 0);
    CHECK(changed_inside > 0);
}

TEST_CASE("the result is the same for one thread and for three") {
    const image picture = pictures::pattern(128, 128);
    const mask markup = pictures::rectangle(picture.size, 20, 10, 100, 118);

    const fill_result one = fill_on(picture, markup, 1);
    const fill_result three = fill_on(picture, markup, 3);

    CHECK(one.picture == three.picture);
    CHECK(one.energy == three.energy);
}

TEST_CASE("the result is the same for every instruction set") {
    const image picture = pictures::pattern(110, 96);
    const mask markup = pictures::rectangle(picture.size, 30, 20, 80, 76);
    const fill_result fastest = fill_on(picture, markup, 1);

    REQUIRE(distance_kernels().size() > 1);
    for (const distance_kernel& each : distance_kernels()) {
        setenv("PERDURE_INPAINT_SIMD", std::string(each.name).c_str(), 1);
        REQUIRE(distance_kernel_in_use().name == each.name);
        const fill_result same = fill_on(picture, markup, 1);
        unsetenv("PERDURE_INPAINT_SIMD");
        CHECK(same.picture == fastest.picture);
        CHECK(same.energy == fastest.energy);
    }
}

TEST_CASE("the result is the same for one slice and for nine") {
    const image picture = pictures::pattern(120, 128);
    const mask markup = pictures::rectangle(picture.size, 30, 6, 90, 120);

    const image one = fill_by_steps(picture, markup, 1);
    const image nine = fill_by_steps(picture, markup, 9);

    CHECK(one == nine);
}

TEST_CASE("the steps by bytes give the pixels of the driver") {
    const image picture = pictures::pattern(100, 110);
    const mask markup = pictures::rectangle(picture.size, 30, 20, 70, 90);

    CHECK(fill_by_steps(picture, markup, 2) == fill_on(picture, markup, 2).picture);
}

TEST_CASE("a hole in a regular pattern is filled with the pattern") {
    image picture(96, 96);
    for (int y = 0; y < 96; ++y)
        for (int x = 0; x < 96; ++x)
            pictures::paint(picture, x, y, (x / 4) % 2 * 200, 100, (y / 4) % 2 * 200);
    const mask markup = pictures::rectangle(picture.size, 40, 40, 60, 60);

    const fill_result result = fill_on(picture, markup, 1);

    CHECK(result.picture == picture);
    CHECK(result.energy == 0);
}

TEST_CASE("what was under the markup has no influence") {
    image picture = pictures::pattern(80, 80);
    const mask markup = pictures::rectangle(picture.size, 30, 30, 50, 50);
    const image before = fill_on(picture, markup, 1).picture;
    for (int y = 30; y < 50; ++y)
        for (int x = 30; x < 50; ++x)
            pictures::paint(picture, x, y, 255, 0, 255);

    CHECK(fill_on(picture, markup, 1).picture == before);
}

TEST_CASE("a hole that reaches into a corner is filled") {
    const image picture = pictures::two_halves(64, 64);
    const mask markup = pictures::rectangle(picture.size, 44, 40, 64, 64);

    const image filled = fill_on(picture, markup, 1).picture;

    CHECK(red_minus_blue(filled, 63, 63) < -100);
}

TEST_CASE("donors decide where pixels are copied from") {
    const image picture = pictures::two_halves(96, 64);
    const mask markup = pictures::rectangle(picture.size, 60, 20, 80, 40);
    mask donor = pictures::rectangle(picture.size, 60, 20, 80, 40);
    for (int y = 10; y < 54; ++y)
        for (int x = 4; x < 40; ++x)
            donor.set(x, y);

    const image without = fill(picture, markup).picture;
    const image with = fill(picture, markup, std::span(&donor, 1)).picture;

    CHECK(red_minus_blue(without, 70, 30) < -100);
    CHECK(red_minus_blue(with, 60, 20) > 100);
    CHECK(red_minus_blue(with, 79, 20) > 100);
    CHECK(red_minus_blue(with, 70, 30) > 100);
    CHECK(red_minus_blue(with, 60, 39) > 100);
    CHECK(red_minus_blue(with, 79, 39) > 100);
}

TEST_CASE("a picture with alpha keeps it outside the markup and is opaque inside") {
    image picture = pictures::pattern(64, 64);
    picture.alpha.assign(picture.size.pixel_count(), 77);
    const mask markup = pictures::rectangle(picture.size, 25, 25, 40, 40);

    const image filled = fill_on(picture, markup, 1).picture;

    CHECK(filled.alpha[0] == 77);
    CHECK(filled.alpha[30 * 64 + 30] == 255);
}

TEST_CASE("a fill in lent memory gives the same pixels, and the memory back as it was") {
    const image picture = pictures::pattern(96, 80);
    const mask markup = pictures::rectangle(picture.size, 30, 25, 60, 55);
    const filled_hole kept = fill_hole(picture, markup, {}, quick());
    image lent_picture = picture;
    mask lent_markup = markup;
    fill_options options;
    bool was_lent = false;
    bool is_thrown = false;
    SECTION("and it ends well") {}
    SECTION("and the callback throws") {
        is_thrown = true;
    }
    options.progress = [&](const fill_progress& now) {
        was_lent = now.level_index == 0 && lent_picture.rgb.capacity() == 0 &&
                   lent_markup.flags.capacity() == 0;
        if (was_lent && is_thrown)
            throw std::out_of_range("enough");
    };

    const auto fill_lent = [&] {
        return fill_hole(lent_pixels{lent_picture, lent_markup}, {}, quick(), options);
    };
    if (is_thrown)
        CHECK_THROWS_AS(fill_lent(), std::out_of_range);
    else
        CHECK(fill_lent().pixels == kept.pixels);

    CHECK(was_lent);
    CHECK(lent_picture == picture);
    CHECK(lent_markup == markup);
}

TEST_CASE("rows of a lent picture are read before their memory goes") {
    const image picture = pictures::pattern(900, 620);
    const mask markup = pictures::rectangle(picture.size, 300, 250, 420, 410);
    const filled_hole kept = fill_hole(picture, markup, {}, quick());
    image lent_picture = picture;
    mask lent_markup = markup;
    fill_options options;
    options.threads = GENERATE(1, 2, 4);

    const filled_hole filled =
        fill_hole(lent_pixels{lent_picture, lent_markup}, {}, quick(), options);

    CHECK(filled.pixels == kept.pixels);
    CHECK(lent_picture == picture);
}

TEST_CASE("progress tells of every level down to the finest") {
    const image picture = pictures::pattern(128, 128);
    const mask markup = pictures::rectangle(picture.size, 40, 40, 90, 90);
    fill_options options;
    std::vector<int> levels;
    options.progress = [&](const fill_progress& progress) {
        if (levels.empty() || levels.back() != progress.level_index)
            levels.push_back(progress.level_index);
        CHECK(progress.changed_count <= progress.pixel_count);
    };

    fill(picture, markup, {}, quick(), options);

    REQUIRE(levels.size() == plan(markup, settings{}).levels.size());
    CHECK(std::ranges::is_sorted(levels, std::greater<>{}));
    CHECK(levels.back() == 0);
}

TEST_CASE("energy sinks over iterations of the search") {
    const image picture = pictures::pattern(96, 96);
    const mask markup = pictures::rectangle(picture.size, 30, 30, 66, 66);
    const settings chosen;
    const level where = build_level(picture, markup, {}, plan(markup, chosen), 0, chosen);
    field matches;
    for (std::size_t i = 0; i < where.targets().size(); ++i)
        matches.matches.push_back({{10, 10}, 0});
    pass now = first_pass(0, 0, chosen);
    const colours current = vote(where, matches, {}, whole(where), now, chosen).samples;

    std::vector<std::uint64_t> energies;
    for (; now.iteration < 4; ++now.iteration) {
        const search_result found = search(where, matches, current, whole(where), now, chosen);
        matches = found.matches;
        energies.push_back(found.statistics.cost_sum);
    }

    CHECK(std::ranges::is_sorted(energies, std::greater<>{}));
    CHECK(energies.back() < energies.front());
}

TEST_CASE("a stop request ends the fill and leaves the picture as it was") {
    const image picture = pictures::pattern(128, 128);
    const mask markup = pictures::rectangle(picture.size, 30, 30, 100, 100);
    std::stop_source source;
    fill_options options;
    options.stop = source.get_token();
    int passes = 0;
    options.progress = [&](const fill_progress&) {
        ++passes;
        source.request_stop();
    };

    const fill_result result = fill(picture, markup, {}, quick(), options);

    CHECK(result.was_stopped);
    CHECK(result.picture == picture);
    CHECK(passes == 1);
}

TEST_CASE("what the progress callback throws reaches the caller") {
    const image picture = pictures::pattern(64, 64);
    const mask markup = pictures::rectangle(picture.size, 20, 20, 40, 40);
    fill_options options;
    options.threads = 2;
    options.progress = [](const fill_progress&) { throw std::out_of_range("enough"); };

    CHECK_THROWS_AS(fill(picture, markup, {}, quick(), options), std::out_of_range);
}

TEST_CASE("a fill on no threads is refused") {
    const image picture = pictures::pattern(64, 64);
    const mask markup = pictures::rectangle(picture.size, 20, 20, 40, 40);
    fill_options options;
    options.threads = 0;

    CHECK_THROWS_AS(fill(picture, markup, {}, quick(), options), image_error);
}
