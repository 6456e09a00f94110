// SPDX-License-Identifier: Apache-2.0
// Input that cannot be filled is refused with one sentence that says what to do.
#include "catch.hpp"
#include "perdure/inpaint/plan.hpp"
#include "perdure/inpaint/validate.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;
using Catch::Matchers::Contains;

namespace {

constexpr image_size size{40, 30};

std::string markup_error(const mask& markup) {
    return pictures::error_of([&] { validate_markup(size, markup); });
}

std::string donor_error(const mask& donor) {
    const mask markup = pictures::rectangle(size, 10, 10, 20, 20);
    return pictures::error_of([&] { validate_donor(markup, donor, "donor.png"); });
}

} // namespace

TEST_CASE("a picture smaller than a patch is refused") {
    CHECK_THAT(pictures::error_of([] { validate_picture({6, 100}); }), Contains("6 x 100"));
    CHECK(pictures::error_of([] { validate_picture({7, 7}); }).empty());
}

TEST_CASE("a markup of another size, an empty and a full one are refused") {
    CHECK_THAT(markup_error(mask(30, 40)), Contains("30 x 40") && Contains("40 x 30"));
    CHECK_THAT(markup_error(mask(40, 30)), Contains("marks nothing"));
    CHECK_THAT(markup_error(pictures::rectangle(size, 0, 0, 40, 30)), Contains("mark less"));
    CHECK_THAT(markup_error(pictures::rectangle(size, 6, 0, 34, 30)), Contains("mark less"));
    CHECK(markup_error(pictures::rectangle(size, 7, 0, 34, 30)).empty());
}

TEST_CASE("a mask or a picture that does not have one entry for each pixel is refused") {
    mask cut = pictures::rectangle(size, 10, 10, 20, 20);
    cut.flags.pop_back();
    CHECK_THAT(markup_error(cut), Contains("the markup has 1199 flags but is 40 x 30"));
    mask cut_donor = pictures::rectangle(size, 15, 10, 35, 20);
    cut_donor.flags.pop_back();
    CHECK_THAT(donor_error(cut_donor), Contains("donor.png has 1199 flags"));

    const mask markup = pictures::rectangle(size, 10, 10, 20, 20);
    image picture(size.width, size.height);
    picture.alpha.resize(7);
    CHECK_THAT(pictures::error_of([&] { validate(picture, markup, {}); }), Contains("alpha"));
    picture.alpha.clear();
    CHECK(pictures::error_of([&] { validate(picture, markup, {}); }).empty());
    picture.rgb.pop_back();
    CHECK_THAT(pictures::error_of([&] { validate(picture, markup, {}); }), Contains("colours"));
}

TEST_CASE("a donor must lie on both sides of the markup's edge, with a whole patch outside") {
    CHECK_THAT(donor_error(mask(9, 9)), Contains("donor.png is 9 x 9"));
    CHECK_THAT(donor_error(pictures::rectangle(size, 25, 10, 40, 30)), Contains("does not touch"));
    CHECK_THAT(donor_error(pictures::rectangle(size, 12, 12, 18, 18)), Contains("wholly inside"));
    CHECK_THAT(donor_error(pictures::rectangle(size, 12, 12, 22, 18)), Contains("no whole patch"));
    CHECK(donor_error(pictures::rectangle(size, 12, 12, 30, 18)).empty());
}

TEST_CASE("a setting out of its range is refused by name") {
    settings chosen;
    CHECK(pictures::error_of([&] { validate_settings(chosen); }).empty());
    chosen.sweeps = 0;

    CHECK_THAT(pictures::error_of([&] { validate_settings(chosen); }), Contains("sweeps"));
}
