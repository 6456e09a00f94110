// SPDX-License-Identifier: Apache-2.0
// Sources that are smoother than the hole has to be cost more than their colours say.
#include <algorithm>

#include "catch.hpp"
#include "inpaint/src/exact_search.hpp"
#include "inpaint/src/texture_lack.hpp"
#include "perdure/inpaint/pass.hpp"
#include "perdure/inpaint/steps.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

namespace {

constexpr image_size size{240, 160};
constexpr int edge = 120; // rough left of it, smooth right of it

/// The hole lies in the rough half. Its colours are those of the smooth one.
struct rough_hole {
    explicit rough_hole(int index) : where(build(index)) {
        for (std::uint32_t i = 0; i < where.hole_pixels().size(); ++i)
            grey.samples.push_back(where.with_least_texture(i, {120, 120, 120, 0}));
        from_smooth.matches.assign(where.targets().size(), {smooth(), 0, false});
    }

    point rough() const { return scaled(20, 120); }
    point smooth() const { return scaled(200, 80); }

    const level where;
    colours grey;
    field from_smooth;

  private:
    static level build(int index) {
        image picture(size.width, size.height);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                const int value = x < edge ? 60 + 120 * ((x / 4 + y / 4) % 2) : 120;
                pictures::paint(picture, x, y, value, value, value);
            }
        const mask hole = pictures::rectangle(size, 40, 60, 80, 100);
        const level_plan planned = plan(hole, settings{});
        REQUIRE(planned.levels.size() > 2);
        return build_level(picture, hole, {}, planned, index, settings{});
    }

    point scaled(int x, int y) const {
        return {static_cast<std::uint16_t>(x >> where.index()),
                static_cast<std::uint16_t>(y >> where.index())};
    }
};

std::uint32_t deepest(const level& where) {
    const auto depths = where.target_depths();
    return static_cast<std::uint32_t>(std::ranges::max_element(depths) - depths.begin());
}

} // namespace

TEST_CASE("a source costs more the more texture it lacks, and more at coarse levels") {
    const rough_hole coarse(2);
    const rough_hole fine(1);
    const rough_hole finest(0);
    const auto cost = [](const rough_hole& hole, point source) {
        return texture_lack(hole.where).cost(deepest(hole.where), source);
    };
    CHECK(cost(coarse, coarse.rough()) == 0);
    CHECK(cost(coarse, coarse.smooth()) > cost(fine, fine.smooth()));
    CHECK(cost(fine, fine.smooth()) > 0);
    CHECK(cost(finest, finest.smooth()) == 0);
}

TEST_CASE("a target among known pixels may copy from something smooth") {
    const rough_hole hole(2);
    const texture_lack lack(hole.where);
    for (std::uint32_t i = 0; i < hole.where.targets().size(); ++i)
        CHECK((lack.cost(i, hole.smooth()) > 0) == (hole.where.target_depths()[i] > 0));
}

TEST_CASE("a search leaves smooth sources whose colours fit for rougher ones") {
    const rough_hole hole(2);
    const settings chosen;

    const search_result found = search(hole.where, hole.from_smooth, hole.grey, whole(hole.where),
                                       first_pass(2, 0, chosen), chosen);

    const texture_lack lack(hole.where);
    for (std::uint32_t i = 0; i < hole.where.targets().size(); ++i)
        CHECK(4 * lack.cost(i, found.matches.matches[i].source) <= lack.cost(i, hole.smooth()));
}

TEST_CASE("an exact search does not trade a rough source for a smooth one whose colours fit") {
    const rough_hole hole(2);
    const canvas painted(hole.where, hole.grey);
    const exact_search sources(hole.where);
    const std::uint32_t target = deepest(hole.where);
    field matches = hole.from_smooth;
    match& now = matches.matches[target];
    now = {hole.rough(), sources.cost_of(target, painted, hole.rough()) & match::cost_max, false};
    REQUIRE(now.cost < sources.cost_of(target, painted, hole.smooth()));

    sources.improve({&target, 1}, painted, matches);

    CHECK(texture_lack(hole.where).cost(target, now.source) == 0);
    CHECK(now.cost == sources.cost_of(target, painted, now.source));
}
