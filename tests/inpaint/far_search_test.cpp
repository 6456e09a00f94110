// SPDX-License-Identifier: Apache-2.0
// Sources from all over the picture are tried for the targets that fit worst.
#include "inpaint/src/far_search.hpp"

#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "inpaint/src/patch_distance.hpp"
#include "inpaint/src/patch_look.hpp"
#include "inpaint/src/random.hpp"
#include "perdure/inpaint/steps.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

namespace {

constexpr int way_x = 100;
constexpr int way_y = 61;

/// Noise. The hole looks like what is far away from it, and copies from near.
struct distant_copy {
    explicit distant_copy(std::vector<mask> donors = {}) {
        image picture(220, 170);
        random_stream random(1);
        for (std::uint8_t& each : picture.rgb)
            each = static_cast<std::uint8_t>(random.below(256));
        const mask hole = pictures::rectangle(picture.size, 30, 40, 70, 80);
        level_plan planned;
        planned.levels.resize(1);
        where = build_level(picture, hole, donors, planned, 0, settings{});
        const auto width = static_cast<std::size_t>(where.size().width);
        for (std::uint32_t i = 0; i < where.hole_pixels().size(); ++i) {
            const point here = where.hole_pixels()[i];
            current.samples.push_back(
                where.samples()[(here.y + std::size_t{way_y}) * width + here.x + way_x]);
        }
        previous.matches.assign(where.targets().size(), {near, match::cost_max, false});
        settings none;
        none.far_sources = 0;
        none.reach = 1;
        pass now = first_pass(0, 0, none);
        now.iteration = 1;
        previous = search(where, previous, current, whole(where), now, none).matches;
    }

    std::vector<far_match> look(int far_sources, int threads = 1) const {
        crew helpers(threads);
        settings chosen;
        chosen.far_sources = far_sources;
        return look_far(where, previous, current, first_pass(0, 0, chosen), chosen, helpers);
    }

    bool is_the_copy(std::uint32_t target, point source) const {
        const point here = where.targets()[target];
        return source.x == here.x + way_x && source.y == here.y + way_y;
    }

    /// Nothing but the hole is in its patch.
    bool is_inside(std::uint32_t target) const {
        return where.target_depths()[target] > 2 * patch_radius;
    }

    static constexpr point near{90, 20};
    level where;
    colours current;
    field previous;
};

} // namespace

TEST_CASE("a target finds the source that looks like it wherever that is") {
    const distant_copy hole;
    int count = 0;
    for (const far_match& each : hole.look(1'000'000)) {
        if (!hole.is_inside(each.target))
            continue;
        ++count;
        CHECK(hole.is_the_copy(each.target, each.found.source));
        CHECK(each.found.cost == 0);
    }
    CHECK(count > 100);
}

TEST_CASE("only targets that fit worse than the mean look far, and only when a mode begins") {
    const distant_copy hole;
    std::uint64_t sum = 0;
    for (const match& each : hole.previous.matches)
        sum += each.cost;
    const std::uint64_t mean = sum / hole.previous.matches.size();
    const std::vector<far_match> found = hole.look(1'000'000);
    for (const far_match& each : found) {
        CHECK(hole.previous.matches[each.target].cost > mean);
        CHECK(each.found.cost < hole.previous.matches[each.target].cost);
    }
    CHECK(std::ranges::is_sorted(found, {}, &far_match::target));
    CHECK(hole.look(0).empty());

    crew alone(1);
    const settings chosen;
    pass later = first_pass(0, 0, chosen);
    later.is_fresh = false;
    CHECK(look_far(hole.where, hole.previous, hole.current, later, chosen, alone).empty());
}

TEST_CASE("of very many targets only those look far that fit worst") {
    image picture(400, 400);
    random_stream random(2);
    for (std::uint8_t& each : picture.rgb)
        each = static_cast<std::uint8_t>(random.below(256));
    const mask hole = pictures::rectangle(picture.size, 10, 10, 390, 300);
    level_plan planned;
    planned.levels.resize(1);
    const level where = build_level(picture, hole, {}, planned, 0, settings{});
    colours grey;
    grey.samples.assign(where.hole_pixels().size(), {128, 128, 128, 0});
    // The later half fits worse than the mean, the last ones worst.
    field previous;
    for (std::uint32_t i = 0; i < where.targets().size(); ++i)
        previous.matches.push_back({{200, 350}, (1'000 + i) & match::cost_max, false});
    crew alone(1);
    const settings chosen;

    const std::vector<far_match> found =
        look_far(where, previous, grey, first_pass(0, 0, chosen), chosen, alone);

    constexpr std::size_t most = 16'000;
    REQUIRE(where.targets().size() > 4 * most);
    CHECK_FALSE(found.empty());
    for (const far_match& each : found)
        CHECK(each.target >= where.targets().size() - most);
}

TEST_CASE("what is found far away does not depend on the number of threads") {
    const distant_copy hole;
    for (const int sources : {2'000, 1'000'000}) {
        const std::vector<far_match> found = hole.look(sources);
        CHECK_FALSE(found.empty());
        CHECK(hole.look(sources, 2) == found);
        CHECK(hole.look(sources, 64) == found);
    }
}

TEST_CASE("a target with a donor finds nothing that the donor does not have") {
    mask donor = pictures::rectangle({220, 170}, 30, 40, 70, 80);
    for (int y = 5; y < 35; ++y)
        for (int x = 5; x < 100; ++x)
            donor.set(x, y);
    const distant_copy hole({donor});
    const std::vector<far_match> found = hole.look(1'000'000);
    CHECK_FALSE(found.empty());
    for (const far_match& each : found)
        CHECK(hole.where.source_sets()[hole.where.set_of_target(each.target)].contains(
            each.found.source.x, each.found.source.y));
}

TEST_CASE("what one target finds far away its neighbours take over in the same pass") {
    distant_copy hole;
    for (match& each : hole.previous.matches)
        each.is_settled = true;
    settings chosen;
    chosen.far_sources = 2'000; // one of sixteen
    chosen.reach = 1;
    pass now = first_pass(0, 0, chosen);
    now.iteration = 1;
    const auto copies = [&](const field& matches) {
        int count = 0;
        for (std::uint32_t i = 0; i < matches.matches.size(); ++i)
            count += hole.is_inside(i) && hole.is_the_copy(i, matches.matches[i].source) ? 1 : 0;
        return count;
    };
    int inside = 0;
    for (std::uint32_t i = 0; i < hole.where.targets().size(); ++i)
        inside += hole.is_inside(i) ? 1 : 0;
    REQUIRE(copies(hole.previous) == 0);

    const search_result found =
        search(hole.where, hole.previous, hole.current, whole(hole.where), now, chosen);

    CHECK(copies(found.matches) > inside * 9 / 10);
    CHECK(found.statistics.changed_count >= static_cast<std::uint64_t>(copies(found.matches)));
}

TEST_CASE("patches differ at least as much as their looks") {
    constexpr std::size_t stride = patch_side + 1;
    constexpr int pattern_count = 6;
    const auto is_light = [](int pattern, int x, int y, random_stream& random) {
        switch (pattern) {
        case 0:
            return x < patch_radius;
        case 1:
            return y < patch_radius;
        case 2:
            return (x < patch_radius) == (y < patch_radius);
        case 3:
            return x == patch_radius;
        case 4:
            return y == patch_radius;
        default:
            return random.below(2) == 0;
        }
    };
    const auto drawn = [&](int pattern, bool is_blue, std::uint64_t key) {
        random_stream random(key);
        std::vector<sample> patch(patch_side * stride);
        for (int y = 0; y < patch_side; ++y)
            for (int x = 0; x < patch_side; ++x) {
                const auto value = static_cast<std::uint8_t>(
                    is_light(pattern, x, y, random) ? 255 : random.below(40));
                patch[static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x)] = {
                    is_blue ? std::uint8_t{0} : value, value, value, 0};
            }
        return patch;
    };
    const auto& kernel = distance_kernel_in_use();
    std::uint32_t most = 0;
    for (int i = 0; i < 10 * pattern_count * pattern_count; ++i) {
        const auto key = static_cast<std::uint64_t>(2 * i);
        const auto one = drawn(i % pattern_count, false, key);
        const auto other = drawn(i / pattern_count % pattern_count, i % 5 == 0, key + 1);
        const std::uint32_t patches =
            kernel.whole(one.data(), other.data(), stride, stride, match::cost_max);
        const std::uint32_t looks =
            distance_of_looks(look_of(one.data(), stride), look_of(other.data(), stride));
        // Each of the eight is rounded by less than one.
        CHECK(std::sqrt(looks) <= std::sqrt(patches) + std::sqrt(8.0));
        most = std::max(most, looks);
    }
    CHECK(most > 1'000'000);
}
