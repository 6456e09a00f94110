// SPDX-License-Identifier: Apache-2.0
// Means of different copies are flat; they get back what they lost, and nothing else changes.
#include <cmath>
#include <cstdlib>

#include "catch.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/pass.hpp"
#include "perdure/inpaint/steps.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

namespace {

// Grey noise, with a hole that reaches the picture's corner. All of it may lie some rows lower.
struct noisy {
    image picture{120, 80};
    mask markup;

    explicit noisy(int lower = 0) : markup(pictures::rectangle(picture.size, 70, 40, 120, 80)) {
        if (lower > 0)
            markup = pictures::rectangle(picture.size, 70, 40 + lower, 100, 70 + lower);
        for (int y = 0; y < 80; ++y)
            for (int x = 0; x < 120; ++x) {
                auto noise = static_cast<std::uint32_t>(1000 * (y - lower + 80) + x);
                for (int i = 0; i < 2; ++i)
                    noise = (noise ^ noise >> 15) * 2654435761U;
                const int value = 80 + static_cast<int>(noise >> 24) % 80;
                pictures::paint(picture, x, y, value, value, value);
            }
    }

    level build() const {
        return build_level(picture, markup, {}, plan(markup, settings{}), 0, settings{});
    }

    // `kinds` neighbouring targets copy from places that have nothing to do with each other.
    static field copies(const level& where, int kinds) {
        field made;
        for (const point& target : where.targets()) {
            const int kind = (target.x + target.y) % kinds;
            made.matches.push_back({{static_cast<std::uint16_t>(target.x - 60 - kind % 2),
                                     static_cast<std::uint16_t>(target.y - 30 - kind / 2)}});
        }
        return made;
    }

    static colours mean_of(const level& where, const field& matches) {
        pass even;
        even.mode = vote_mode::even;
        return vote(where, matches, {}, whole(where), even, settings{}).samples;
    }
};

double deviation(const colours& filled) {
    double sum = 0;
    double squares = 0;
    for (const sample& each : filled.samples) {
        const double value = each.red;
        sum += value;
        squares += value * value;
    }
    const auto count = static_cast<double>(filled.samples.size());
    return std::sqrt(squares / count - sum / count * sum / count);
}

} // namespace

TEST_CASE("copies that agree stay as they are") {
    const noisy made;
    const level where = made.build();
    const field matches = noisy::copies(where, 1);
    const colours copied = noisy::mean_of(where, matches);
    CHECK(restore_contrast(where, matches, copied) == copied);
}

TEST_CASE("a mean of two copies gets the contrast that each of them has") {
    const noisy made;
    const level where = made.build();
    const double of_a_copy = deviation(noisy::mean_of(where, noisy::copies(where, 1)));
    const field matches = noisy::copies(where, 2);
    const colours mean = noisy::mean_of(where, matches);
    REQUIRE(deviation(mean) < 0.8 * of_a_copy);

    const double restored = deviation(restore_contrast(where, matches, mean));

    CHECK(restored > 0.92 * of_a_copy);
    CHECK(restored < 1.05 * of_a_copy);
}

TEST_CASE("where many copies agree on nothing, contrast grows by half and no more") {
    const noisy made;
    const level where = made.build();
    const field matches = noisy::copies(where, 7);
    const colours mean = noisy::mean_of(where, matches);

    const double restored = deviation(restore_contrast(where, matches, mean));

    CHECK(restored > 1.3 * deviation(mean));
    CHECK(restored < 1.55 * deviation(mean));
}

TEST_CASE("contrast is the same on any number of threads") {
    const noisy made;
    const level where = made.build();
    const field matches = noisy::copies(where, 5);
    const colours mean = noisy::mean_of(where, matches);
    CHECK(restore_contrast(where, matches, mean, 3) == restore_contrast(where, matches, mean));
}

TEST_CASE("contrast is the same wherever in the picture a hole lies") {
    const auto restored = [](int lower) {
        const noisy made(lower);
        const level where = made.build();
        field matches;
        for (const point& target : where.targets())
            matches.matches.push_back({{static_cast<std::uint16_t>(target.x - 60 - target.x % 2),
                                        static_cast<std::uint16_t>(target.y - 20)}});
        colours after = restore_contrast(where, matches, noisy::mean_of(where, matches));
        for (sample& each : after.samples)
            each.texture = 0;
        return after;
    };
    CHECK(restored(1) == restored(7));
}

TEST_CASE("contrast is not restored with colours of another hole") {
    const noisy made;
    const level where = made.build();
    CHECK_THROWS_AS(restore_contrast(where, noisy::copies(where, 1), colours{}), image_error);
    CHECK_THROWS_AS(restore_contrast(where, field{}, colours{}), image_error);
}
