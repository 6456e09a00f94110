// SPDX-License-Identifier: Apache-2.0
// The checks a fill's input must pass, one sentence each.
#include "perdure/inpaint/validate.hpp"

#include <algorithm>
#include <string>

#include "mask_ops.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/settings.hpp"

namespace perdure::inpaint {

namespace {

std::string text(image_size size) {
    return std::to_string(size.width) + " x " + std::to_string(size.height);
}

void require_same_size(image_size picture, image_size other, std::string_view name) {
    if (!(picture == other))
        throw image_error(std::string(name) + " is " + text(other) + " pixels but the picture is " +
                          text(picture) + "; paint it on a copy of the picture");
}

void require_all_flags(const mask& area, std::string_view name) {
    if (area.flags.size() != area.size.pixel_count())
        throw image_error(std::string(name) + " has " + std::to_string(area.flags.size()) +
                          " flags but is " + text(area.size) + " pixels; give it one for each");
}

void require_all_pixels(const image& picture) {
    const std::size_t count = picture.size.pixel_count();
    if (picture.rgb.size() != 3 * count ||
        (!picture.alpha.empty() && picture.alpha.size() != count))
        throw image_error("the picture is " + text(picture.size) +
                          " pixels but has colours or alpha for another number of them; give "
                          "three bytes of colour for each, and one of alpha or none");
}

// Whether any centre of a whole patch passes the test and its patch avoids the markup.
template <typename Test>
bool has_source(const mask& markup, Test passes) {
    touched_rows touched(markup);
    for (int y = 0; y < markup.size.height; ++y) {
        const std::span<const std::uint8_t> row = touched.next();
        if (y < patch_radius || y >= markup.size.height - patch_radius)
            continue;
        for (int x = patch_radius; x < markup.size.width - patch_radius; ++x)
            if (row[static_cast<std::size_t>(x)] == 0 && passes(x, y))
                return true;
    }
    return false;
}

} // namespace

void validate_picture(image_size picture) {
    if (std::min(picture.width, picture.height) < patch_side)
        throw image_error("the picture is only " + text(picture) +
                          " pixels; give one of at least " + text({patch_side, patch_side}));
}

void validate_markup(image_size picture, const mask& markup) {
    require_same_size(picture, markup.size, "the markup");
    require_all_flags(markup, "the markup");
    if (std::ranges::none_of(markup.flags, [](std::uint8_t flag) { return flag != 0; }))
        throw image_error("the markup marks nothing; paint over what is to be removed");
    if (!has_source(markup, [](int, int) { return true; }))
        throw image_error("the markup leaves no whole patch of " + text({patch_side, patch_side}) +
                          " pixels to copy from; mark less");
}

void validate_donor(const mask& markup, const mask& donor, std::string_view name) {
    require_same_size(markup.size, donor.size, name);
    require_all_flags(donor, name);
    std::size_t inside = 0;
    std::size_t outside = 0;
    for (std::size_t i = 0; i < donor.flags.size(); ++i) {
        if (donor.flags[i] == 0)
            continue;
        (markup.flags[i] != 0 ? inside : outside) += 1;
    }
    const std::string subject(name);
    if (inside == 0)
        throw image_error(subject +
                          " does not touch the markup; paint it over both what is to be removed "
                          "and what is to be copied there");
    if (outside == 0)
        throw image_error(subject + " lies wholly inside the markup; extend it over what is to be "
                                    "copied there");
    if (!has_source(markup, [&](int x, int y) { return donor.at(x, y); }))
        throw image_error(subject + " has no whole patch of " + text({patch_side, patch_side}) +
                          " pixels outside the markup; extend it further out");
}

void validate(const image& picture, const mask& markup, std::span<const mask> donors) {
    validate_picture(picture.size);
    require_all_pixels(picture);
    validate_markup(picture.size, markup);
    for (std::size_t i = 0; i < donors.size(); ++i)
        validate_donor(markup, donors[i], "donor " + std::to_string(i + 1));
}

} // namespace perdure::inpaint
