// SPDX-License-Identifier: Apache-2.0
// Growing a markup: by distance, round, and never smaller.
#include "perdure/inpaint/markup.hpp"

#include <algorithm>
#include <limits>

#include "catch.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;
using Catch::Matchers::Contains;

namespace {

mask scattered(int width, int height) {
    mask area(width, height);
    for (std::size_t i = 0; i < area.flags.size(); ++i)
        area.flags[i] = i * 7919 % 97 == 3 ? 1 : 0;
    return area;
}

/// By definition: looks at every pair of pixels.
std::vector<std::uint32_t> slow_depths(const mask& area) {
    std::vector<std::uint32_t> depths(area.flags.size(), std::numeric_limits<std::uint32_t>::max());
    const int width = area.size.width;
    for (int i = 0; i < static_cast<int>(depths.size()); ++i)
        for (int j = 0; j < static_cast<int>(depths.size()); ++j) {
            const int x = i % width - j % width;
            const int y = i / width - j / width;
            auto& least = depths[static_cast<std::size_t>(i)];
            if (area.flags[static_cast<std::size_t>(j)] == 0)
                least = std::min(least, static_cast<std::uint32_t>(x * x + y * y));
        }
    return depths;
}

} // namespace

TEST_CASE("a point grows to a disc") {
    mask point(9, 9);
    point.set(4, 4);

    const mask disc = grow(point, 2);

    CHECK(disc.count() == 13);
    CHECK(disc.at(6, 4));
    CHECK(disc.at(5, 5));
    CHECK_FALSE(disc.at(6, 5));
    CHECK_FALSE(disc.at(7, 4));
}

TEST_CASE("growing by nothing changes nothing, and growing keeps what was marked") {
    const mask area = scattered(41, 23);

    CHECK(grow(area, 0) == area);
    const mask grown = grow(area, 3);
    CHECK(std::equal(area.flags.begin(), area.flags.end(), grown.flags.begin(),
                     [](auto before, auto after) { return before <= after; }));
    CHECK(grow(mask(8, 8), 5) == mask(8, 8));
}

TEST_CASE("a depth is the exact distance to what is not marked") {
    const auto size = GENERATE(image_size{41, 23}, image_size{1, 30}, image_size{30, 1});
    mask area = scattered(size.width, size.height);
    for (auto& flag : area.flags)
        flag = flag == 0 ? 1 : 0;

    CHECK(squared_depths(area) == slow_depths(area));
}

TEST_CASE("when everything is marked nothing has a depth") {
    const mask all = pictures::rectangle({6, 5}, 0, 0, 6, 5);

    CHECK(squared_depths(all) == slow_depths(all));
}

TEST_CASE("a markup grows by at most as much as is sensible") {
    const mask area(9, 9);

    CHECK_THAT(pictures::error_of([&] { grow(area, -1); }), Contains("choose 0 to"));
    CHECK_THAT(pictures::error_of([&] { grow(area, edge_pixels_max + 1); }),
               Contains("choose 0 to"));
}
