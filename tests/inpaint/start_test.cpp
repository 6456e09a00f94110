// SPDX-License-Identifier: Apache-2.0
// The coarsest level: its search is exhaustive, lines go on across the hole, and blur does not win.
#include <algorithm>
#include <limits>
#include <numeric>

#include "catch.hpp"
#include "inpaint/src/edge_guess.hpp"
#include "inpaint/src/exact_search.hpp"
#include "inpaint/src/random.hpp"
#include "perdure/inpaint/steps.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

namespace {

constexpr image_size small{96, 48};

image noise(int darkest, int range) {
    image picture(small.width, small.height);
    random_stream random(7);
    for (int y = 0; y < small.height; ++y)
        for (int x = 0; x < small.width; ++x) {
            const int grey = random.between(darkest, darkest + range);
            pictures::paint(picture, x, y, grey, grey, grey);
        }
    return picture;
}

level only_level(const image& picture, const mask& hole) {
    settings chosen;
    chosen.levels_max = 1;
    return build_level(picture, hole, {}, plan(hole, chosen), 0, chosen);
}

std::uint32_t squared(int a, int b) {
    return static_cast<std::uint32_t>((a - b) * (a - b));
}

std::uint32_t cost(const level& where, const canvas& painted, point target, point source) {
    std::uint32_t sum = 0;
    for (int dy = -patch_radius; dy <= patch_radius; ++dy)
        for (int dx = -patch_radius; dx <= patch_radius; ++dx) {
            const sample& a = *painted.at(target.x + dx, target.y + dy);
            const sample& b = where.samples()[static_cast<std::size_t>(
                (source.y + dy) * where.size().width + source.x + dx)];
            sum += squared(a.red, b.red) + squared(a.green, b.green) + squared(a.blue, b.blue) +
                   squared(a.texture, b.texture);
        }
    return sum;
}

std::uint32_t least_cost(const level& where, const canvas& painted, point target) {
    std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
    for (int y = 0; y < where.size().height; ++y)
        for (int x = 0; x < where.size().width; ++x)
            if (where.source_sets()[0].contains(x, y))
                least = std::min(
                    least, cost(where, painted, target,
                                {static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)}));
    return least;
}

} // namespace

TEST_CASE("an exact search finds the best source there is") {
    const level where = only_level(noise(60, 120), pictures::rectangle(small, 28, 20, 34, 26));
    const canvas painted(where, guess_along_edges(where));
    // All of them, or with gaps between them.
    const std::uint32_t step = GENERATE(1U, 17U);
    std::vector<std::uint32_t> targets;
    for (std::uint32_t i = 0; i < where.targets().size(); i += step)
        targets.push_back(i);
    field matches;
    matches.matches.assign(where.targets().size(),
                           {{patch_radius, patch_radius}, match::cost_max, true});

    exact_search(where).improve(targets, painted, matches);

    for (std::uint32_t i = 0; i < where.targets().size(); ++i) {
        const point target = where.targets()[i];
        const match& found = matches.matches[i];
        CAPTURE(target.x, target.y, found.source.x, found.source.y);
        const bool is_wanted = i % step == 0;
        CHECK(found.is_settled == !is_wanted);
        CHECK(found.cost == (is_wanted ? least_cost(where, painted, target) : match::cost_max));
        if (is_wanted)
            CHECK(found.cost == cost(where, painted, target, found.source));
    }
}

TEST_CASE("an exact search takes the first of equal sources, but keeps a match that is as good") {
    const level where = only_level(noise(60, 0), pictures::rectangle(small, 28, 20, 34, 26));
    const canvas painted(where, guess_along_edges(where));
    const std::vector<std::uint32_t> targets{0, 1, 2};
    field matches;
    matches.matches = {{{40, 40}, 1, false}, {{40, 40}, 0, false}, {{40, 40}, 1, false}};
    matches.matches.resize(where.targets().size());

    exact_search(where).improve(targets, painted, matches);

    const point first{patch_radius, patch_radius};
    CHECK(matches.matches[0].source == first);
    CHECK(matches.matches[1].source == point{40, 40});
    CHECK(matches.matches[2].source == first);
}

TEST_CASE("a line that runs into the hole on both sides is guessed to go on within") {
    image picture = noise(140, 100);
    constexpr int line = 25;
    for (int x = 0; x < small.width; ++x)
        pictures::paint(picture, x, line, 10, 10, 10);
    const level where = only_level(picture, pictures::rectangle(small, 18, 17, 78, 33));

    const colours guessed = guess_along_edges(where);

    int dark_on_the_line = 0;
    for (std::size_t i = 0; i < guessed.samples.size(); ++i)
        if (where.hole_pixels()[i].y == line && guessed.samples[i].red < 100)
            ++dark_on_the_line;
    REQUIRE(dark_on_the_line == 78 - 18);
}

TEST_CASE("a start whose blend has lost detail counts as worse than its copies are") {
    const level where = only_level(noise(40, 180), pictures::rectangle(small, 22, 16, 40, 32));

    const start_result solved = solve_start(where, settings{}, 0);

    const auto add = [](std::uint64_t sum, const match& each) { return sum + each.cost; };
    const std::uint64_t costs = std::accumulate(
        solved.matches.matches.begin(), solved.matches.matches.end(), std::uint64_t{0}, add);
    REQUIRE(solved.energy > costs + costs / 10);
}
