// SPDX-License-Identifier: Apache-2.0
#include "bench/likeness.hpp"

#include "catch.hpp"
#include "tests/inpaint/pictures.hpp"

using namespace perdure;
using namespace perdure::bench;
namespace pictures = perdure::inpaint::pictures;

namespace {

struct likeness_case {
    inpaint::image truth = pictures::pattern(60, 50);
    inpaint::mask area = pictures::rectangle(truth.size, 20, 15, 40, 35);

    likeness of(const inpaint::image& filled) const { return compare_in(area, truth, filled); }

    inpaint::image brighter(int by) const {
        inpaint::image made = truth;
        for (std::uint8_t& each : made.rgb)
            each = static_cast<std::uint8_t>(each < 128 ? each + by : each - by);
        return made;
    }
};

} // namespace

TEST_CASE("the true picture is wholly like itself") {
    const likeness_case given;
    CHECK(given.of(given.truth).psnr == 99);
    CHECK(given.of(given.truth).ssim == Approx(1));
}

TEST_CASE("what differs by five everywhere has the PSNR of a difference of five") {
    const likeness_case given;
    CHECK(given.of(given.brighter(5)).psnr == Approx(34.151).epsilon(0.0001));
}

TEST_CASE("what is blank is hardly like a pattern") {
    const likeness_case given;
    const inpaint::image blank(given.truth.size.width, given.truth.size.height);
    CHECK(given.of(blank).ssim < 0.1);
    CHECK(given.of(given.brighter(5)).ssim > 0.5);
}

TEST_CASE("outside the area nothing counts beyond the window") {
    const likeness_case given;
    inpaint::image filled = given.truth;
    for (int x = 0; x < 60; ++x)
        pictures::paint(filled, x, 3, 0, 255, 0);
    CHECK(given.of(filled).psnr == 99);
    CHECK(given.of(filled).ssim == Approx(1));
}

TEST_CASE("detail is the share of the truth's gradients, and needs no truth where all is alike") {
    const likeness_case given;
    CHECK(detail_in(given.area, given.truth, given.truth) == Approx(1));
    CHECK(detail_in(given.area, given.truth) == Approx(1).epsilon(0.1));

    inpaint::image flatter = given.truth;
    for (std::uint8_t& each : flatter.rgb)
        each /= 2;
    CHECK(detail_in(given.area, flatter, given.truth) == Approx(0.5).epsilon(0.02));

    inpaint::image flat = given.truth;
    for (int y = 15; y < 35; ++y)
        for (int x = 20; x < 40; ++x)
            pictures::paint(flat, x, y, 90, 90, 90);
    CHECK(detail_in(given.area, flat, given.truth) == 0);
    CHECK(detail_in(given.area, flat) == 0);
}
