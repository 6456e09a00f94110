// SPDX-License-Identifier: Apache-2.0
// Erasing in buffers of the caller's: every layout gives what fill() gives, and nothing but marked
// pixels is written.
#include "perdure/inpaint/erase.hpp"

#include <algorithm>
#include <stop_token>

#include "catch.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;
using Catch::Matchers::Contains;

namespace {

constexpr int width = 60, height = 50;

/// A picture as values of a layout, rows `gap` values apart; gaps hold 7.
template <class Value>
std::vector<Value> values_of(const image& picture, pixel_layout layout, std::size_t gap,
                             int scale) {
    std::vector<Value> values;
    const auto per_pixel = static_cast<std::size_t>(layout);
    for (std::size_t i = 0; i < picture.size.pixel_count(); ++i) {
        for (std::size_t channel = 0; channel < per_pixel; ++channel) {
            const bool is_alpha = channel == 3 || (per_pixel == 2 && channel == 1);
            const int value = is_alpha ? 40 : picture.rgb[3 * i + channel];
            values.push_back(static_cast<Value>(value * scale));
        }
        if ((i + 1) % static_cast<std::size_t>(picture.size.width) == 0)
            values.insert(values.end(), gap, Value{7});
    }
    return values;
}

image pattern(bool is_grey) {
    image picture = pictures::pattern(width, height);
    for (std::size_t i = 0; is_grey && i < picture.rgb.size(); ++i)
        picture.rgb[i] = picture.rgb[i - i % 3];
    return picture;
}

// A fill of few passes; what it looks like does not matter here.
settings quick() {
    settings chosen;
    chosen.start_count = 1;
    chosen.iterations_max = 2;
    chosen.finest_iterations_max = 2;
    chosen.even_iterations_max = 1;
    return chosen;
}

struct area {
    mask marked = pictures::rectangle({width, height}, 25, 20, 34, 29);
    area_view view{marked.flags, width, height};
};

std::size_t stride_of(pixel_layout layout, std::size_t gap) {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(layout) + gap;
}

} // namespace

TEST_CASE("every layout of pixels gets what fill() gives, and only in the markup") {
    const auto layout = GENERATE(pixel_layout::grey, pixel_layout::grey_alpha, pixel_layout::rgb,
                                 pixel_layout::rgba);
    const std::size_t gap = GENERATE(0U, 5U);
    const area given;
    const image picture =
        pattern(layout == pixel_layout::grey || layout == pixel_layout::grey_alpha);
    const fill_result expected = fill(picture, given.marked, {}, quick());
    const auto before = values_of<std::uint8_t>(picture, layout, gap, 1);
    auto values = before;

    const auto done = erase(view8{values, width, height, layout, stride_of(layout, gap)},
                            given.view, {}, quick());

    CHECK_FALSE(done.was_stopped);
    CHECK(done.energy == expected.energy);
    const auto wanted = values_of<std::uint8_t>(expected.picture, layout, gap, 1);
    const auto per_pixel = static_cast<std::size_t>(layout);
    const bool has_alpha = per_pixel % 2 == 0;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t column = i % stride_of(layout, gap) / per_pixel;
        const std::size_t row = i / stride_of(layout, gap);
        const bool is_marked =
            column < width && given.marked.at(static_cast<int>(column), static_cast<int>(row));
        const bool is_alpha = has_alpha && i % stride_of(layout, gap) % per_pixel == per_pixel - 1;
        wrong += values[i] != (is_marked ? (is_alpha ? 255 : wanted[i]) : before[i]) ? 1U : 0U;
    }
    CHECK(wrong == 0);
}

TEST_CASE("pixels of 16 bits keep all of them outside the markup") {
    const area given;
    const image picture = pattern(false);
    auto values = values_of<std::uint16_t>(picture, pixel_layout::rgb, 0, 257);
    for (auto& each : values)
        each = static_cast<std::uint16_t>(each - (each > 90 ? 90 : 0)); // no multiple of 257
    const auto before = values;

    erase(view16{values, width, height}, given.view, {}, quick());

    std::size_t changed = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        changed += given.marked.flags[i / 3] == 0 && values[i] != before[i] ? 1U : 0U;
    CHECK(changed == 0);
    CHECK(values != before);
}

TEST_CASE("donors come as views, too") {
    const area given;
    const image picture = pictures::two_halves(width, height);
    const mask donor = pictures::rectangle({width, height}, 0, 15, 34, 40);
    auto values = picture.rgb;
    const area_view donors[] = {{donor.flags, width, height}};

    erase(view8{values, width, height}, given.view, donors, quick());

    CHECK(values == fill(picture, given.marked, std::span(&donor, 1), quick()).picture.rgb);
}

TEST_CASE("a stop leaves every pixel as it was, and progress is told until then") {
    const area given;
    auto values = pattern(false).rgb;
    const auto before = values;
    std::stop_source stop;
    int passes = 0;
    fill_options options;
    options.stop = stop.get_token();
    options.progress = [&](const fill_progress&) {
        ++passes;
        stop.request_stop();
    };

    const auto done = erase(view8{values, width, height}, given.view, {}, {}, options);

    CHECK(done.was_stopped);
    CHECK(passes == 1);
    CHECK(values == before);
}

TEST_CASE("a view that does not hold what it says is refused") {
    const area given;
    std::vector<std::uint8_t> values(3 * width * height);
    const auto error = [&](const view8& picture, const area_view& markup) {
        return pictures::error_of([&] { erase(picture, markup); });
    };
    CHECK_THAT(error({values, 0, height}, given.view), Contains("sides are 1 to"));
    CHECK_THAT(error({values, width, height + 1}, given.view), Contains("too few"));
    CHECK_THAT(error({values, width, height, pixel_layout::rgba}, given.view), Contains("too few"));
    CHECK_THAT(error({values, width, height, pixel_layout::rgb, width}, given.view),
               Contains("count values"));
    CHECK_THAT(error({values, width, height, static_cast<pixel_layout>(9)}, given.view),
               Contains("layout"));
    CHECK_THAT(error({values, width, height}, {given.marked.flags, width, height, width + 1}),
               Contains("the markup has") && Contains("too few"));
    CHECK_THAT(error({values, width, height}, {given.marked.flags, height, width}),
               Contains("the markup is 50 x 60"));
}
