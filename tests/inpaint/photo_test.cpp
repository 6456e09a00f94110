// SPDX-License-Identifier: Apache-2.0
// What a file holds besides 8-bit pixels goes in and comes out: which way is up, profile, EXIF,
// 16 bits, transparency, grey. What would show the erased object does not.
#include "perdure/inpaint/photo.hpp"

#include <algorithm>
#include <map>

#include "catch.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;
using Catch::Matchers::Contains;

namespace {

/// Writes EXIF the way a camera does: values behind their directory, the thumbnail's directory
/// last.
class exif_maker {
  public:
    explicit exif_maker(bool is_big) : is_big_(is_big) {}

    std::string number(std::size_t value, std::size_t size) const {
        std::string bytes(size, '\0');
        for (std::size_t i = 0; i < size; ++i)
            bytes[is_big_ ? size - 1 - i : i] = static_cast<char>((value >> (8 * i)) & 0xff);
        return bytes;
    }
    /// An entry of four bytes or fewer.
    std::string entry(unsigned tag, unsigned type, unsigned count, std::string value) const {
        value.resize(4);
        return number(tag, 2) + number(type, 2) + number(count, 4) + value;
    }
    std::string directory(const std::vector<std::string>& entries, std::size_t next) const {
        std::string bytes = number(entries.size(), 2);
        for (const auto& each : entries)
            bytes += each;
        return bytes + number(next, 4);
    }
    /// A picture of 40 x 30, turned; artist "Ada L."; the thumbnail and the maker's note are
    /// SECRET.
    std::string of(unsigned orientation) const {
        const std::size_t main = 8, main_size = 2 + 3 * 12 + 4;
        const std::size_t exif = main + main_size, exif_size = 2 + 3 * 12 + 4;
        const std::size_t thumbnail = exif + exif_size, thumbnail_size = 2 + 2 * 12 + 4;
        const std::size_t artist = thumbnail + thumbnail_size, secret = artist + 8;
        return (is_big_ ? "MM" : "II") + number(42, 2) + number(main, 4) +
               directory({entry(0x0112, 3, 1, number(orientation, 2)),
                          entry(0x013b, 2, 7, number(artist, 4)),
                          entry(0x8769, 4, 1, number(exif, 4))},
                         thumbnail) +
               directory({entry(0x927c, 7, 6, number(secret, 4)),
                          entry(0xa002, 4, 1, number(40, 4)), entry(0xa003, 4, 1, number(30, 4))},
                         0) +
               directory(
                   {entry(0x0201, 4, 1, number(secret, 4)), entry(0x0202, 4, 1, number(6, 4))}, 0) +
               std::string("Ada L.\0\0", 8) + "SECRET";
    }
    /// Where an entry with this tag and type stands; npos if there is none.
    std::size_t find(const std::string& exif, unsigned tag, unsigned type) const {
        return exif.find(number(tag, 2) + number(type, 2) + number(1, 4));
    }

  private:
    bool is_big_;
};

std::string profile(const std::string& kind) {
    std::string icc(132, '\0');
    for (std::size_t i = 0; i < 1068; ++i) // libpng refuses what compresses to next to nothing
        icc += static_cast<char>((i * i * 40503 >> 7) & 0xff);
    icc[2] = static_cast<char>(icc.size() >> 8);
    icc[3] = static_cast<char>(icc.size() & 0xff);
    icc[8] = 2;
    icc.replace(12, 12, "mntr" + kind + "XYZ ");
    icc.replace(36, 4, "acsp");
    return icc;
}

photo photo_of(image pixels) {
    photo made;
    made.pixels = std::move(pixels);
    return made;
}

/// Every value of the 16 bits differs from what 8 bits can say.
photo deep_photo(bool has_alpha) {
    photo made = photo_of(pictures::pattern(33, 21));
    if (has_alpha)
        made.pixels.alpha.resize(made.pixels.size.pixel_count());
    const std::size_t channels = has_alpha ? 4 : 3;
    for (std::size_t i = 0; i < channels * made.pixels.size.pixel_count(); ++i) {
        const auto value = static_cast<std::uint16_t>(i * 40503 % 65536);
        made.deep.push_back(value);
        const auto rounded = static_cast<std::uint8_t>((value * 255U + 32895U) >> 16);
        (i % channels == 3 ? made.pixels.alpha[i / channels]
                           : made.pixels.rgb[i / channels * 3 + i % channels]) = rounded;
    }
    return made;
}

/// The corner that is brightest: 0 to 3, in reading order.
std::size_t bright_corner(const image& picture) {
    const auto [width, height] = picture.size;
    std::vector<int> corners;
    for (const int y : {0, height - 1})
        for (const int x : {0, width - 1})
            corners.push_back(
                picture.rgb[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                                 static_cast<std::size_t>(x))]);
    return static_cast<std::size_t>(std::max_element(corners.begin(), corners.end()) -
                                    corners.begin());
}

} // namespace

TEST_CASE("a picture is turned as its EXIF says, and says then that it is upright") {
    const auto format = GENERATE(image_format::png, image_format::jpeg, image_format::webp);
    const bool is_big = GENERATE(false, true);
    const exif_maker exif(is_big);
    photo stored = photo_of(image(40, 30));
    for (int y = 0; y < 12; ++y)
        for (int x = 0; x < 12; ++x)
            pictures::paint(stored.pixels, x, y, 255, 255, 255);
    // Where the stored top left is seen.
    const std::map<unsigned, std::size_t> seen{{1, 0}, {2, 1}, {3, 3}, {4, 2},
                                               {5, 0}, {6, 1}, {7, 3}, {8, 2}};

    for (const auto& [orientation, corner] : seen) {
        stored.details.exif = exif.of(orientation);
        const photo read = decode_photo(encode_photo(stored, format));

        INFO("orientation " << orientation);
        CHECK(read.pixels.size == (orientation < 5 ? image_size{40, 30} : image_size{30, 40}));
        CHECK(bright_corner(read.pixels) == corner);
        const std::string& written = read.details.exif;
        const auto value = [&](unsigned tag, unsigned type) {
            return written.substr(exif.find(written, tag, type) + 8, 4);
        };
        CHECK(value(0x0112, 3).substr(0, 2) == exif.number(1, 2));
        CHECK(value(0xa002, 4) == exif.number(orientation < 5 ? 40 : 30, 4));
        CHECK(value(0xa003, 4) == exif.number(orientation < 5 ? 30 : 40, 4));
        CHECK(decode_photo(encode_photo(read, format)).pixels.size == read.pixels.size);
    }
}

TEST_CASE("EXIF says in the copy what it said, without what shows the picture as it was") {
    const auto format = GENERATE(image_format::png, image_format::jpeg, image_format::webp);
    photo stored = photo_of(pictures::pattern(40, 30));
    stored.details.exif = exif_maker(false).of(1);

    const std::string file = encode_photo(decode_photo(encode_photo(stored, format)), format);

    CHECK_THAT(file, Contains("Ada L."));
    CHECK_THAT(file, !Contains("SECRET"));
    const std::string exif = decode_photo(file).details.exif;
    CHECK(decode_photo(encode_photo(decode_photo(file), format)).details.exif == exif);
}

TEST_CASE("EXIF that is damaged is left out and never more than that") {
    photo stored = photo_of(pictures::pattern(9, 8));
    const std::string whole = exif_maker(true).of(3);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        stored.details.exif = whole.substr(0, size);
        CHECK(decode_photo(encode_photo(stored, image_format::png)).pixels.size ==
              stored.pixels.size);
    }
    for (std::size_t i = 0; i < whole.size(); ++i) {
        stored.details.exif = whole;
        stored.details.exif[i] = static_cast<char>(stored.details.exif[i] ^ 0x5a);
        const photo read = decode_photo(encode_photo(stored, image_format::png));
        CHECK(read.details.exif.size() <= 5 * whole.size());
    }
}

TEST_CASE("a colour profile is kept, whatever the formats") {
    const auto formats = {image_format::png, image_format::jpeg, image_format::webp};
    photo picture = photo_of(pictures::pattern(40, 30));
    picture.details.icc_profile = profile("RGB ");
    for (const auto from : formats)
        for (const auto to : formats) {
            const photo copy =
                decode_photo(encode_photo(decode_photo(encode_photo(picture, from)), to));
            CHECK(copy.details.icc_profile == picture.details.icc_profile);
        }
}

TEST_CASE("a large profile comes through a JPEG in parts") {
    photo picture = photo_of(pictures::pattern(9, 9));
    std::string& icc = picture.details.icc_profile;
    icc = profile("RGB ") + std::string(199'000, '\5');
    for (std::size_t i = 0; i < 4; ++i)
        icc[i] = static_cast<char>((icc.size() >> (8 * (3 - i))) & 0xff);

    CHECK(decode_photo(encode_photo(picture, image_format::jpeg)).details.icc_profile == icc);
}

TEST_CASE("grey pictures stay grey, with their profile, until a pixel has a colour") {
    const auto format = GENERATE(image_format::png, image_format::jpeg);
    photo picture = photo_of(image(40, 30));
    for (std::size_t i = 0; i < picture.pixels.rgb.size(); ++i)
        picture.pixels.rgb[i] = static_cast<std::uint8_t>(i / 3 % 251);
    picture.details.is_grey = true;
    picture.details.icc_profile = profile("GRAY");

    photo read = decode_photo(encode_photo(picture, format));
    CHECK(read.details.is_grey);
    CHECK(read.details.icc_profile == picture.details.icc_profile);

    read.pixels.rgb[0] = static_cast<std::uint8_t>(read.pixels.rgb[0] + 90);
    const photo coloured = decode_photo(encode_photo(read, format));
    CHECK_FALSE(coloured.details.is_grey);
    CHECK(coloured.details.icc_profile.empty());
}

TEST_CASE("a 16-bit PNG comes back to the last bit") {
    const photo picture = deep_photo(GENERATE(false, true));

    const photo read = decode_photo(encode_photo(picture, image_format::png));

    CHECK(read.deep == picture.deep);
    CHECK(read.pixels == picture.pixels);
}

TEST_CASE("what a PNG says about its gamma is kept") {
    photo picture = photo_of(pictures::pattern(9, 9));
    picture.details.gamma = 55'555;
    CHECK(decode_photo(encode_photo(picture, image_format::png)).details.gamma == 55'555);
    picture.details = {};
    picture.details.srgb_intent = 1;
    CHECK(decode_photo(encode_photo(picture, image_format::png)).details.srgb_intent == 1);
}

TEST_CASE("a fill changes 16-bit pixels and transparency inside the markup only") {
    const photo original = deep_photo(true);
    image filled = original.pixels;
    std::fill(filled.rgb.begin(), filled.rgb.end(), std::uint8_t{9});
    std::fill(filled.alpha.begin(), filled.alpha.end(), std::uint8_t{255});
    const mask markup = pictures::rectangle(filled.size, 5, 6, 20, 16);

    const photo result = with_fill(original, filled, markup);

    std::size_t differing = 0;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < markup.flags.size(); ++i) {
        const auto* before = &original.deep[4 * i];
        const auto* after = &result.deep[4 * i];
        if (markup.flags[i] == 0)
            differing += std::equal(before, before + 4, after) ? 0U : 1U;
        else
            wrong += after[0] == 9 * 257 && after[3] == 65535 ? 0U : 1U;
    }
    CHECK(differing == 0);
    CHECK(wrong == 0);
    CHECK(decode_photo(encode_photo(result, image_format::png)).pixels == result.pixels);
}

TEST_CASE("a feathered edge goes over from the original to the fill inside the markup") {
    const photo original = photo_of(image(30, 9));
    image filled(30, 9);
    std::fill(filled.rgb.begin(), filled.rgb.end(), std::uint8_t{200});
    const mask markup = pictures::rectangle(filled.size, 10, 0, 30, 9);

    const image result = with_fill(original, filled, markup, 3).pixels;

    std::vector<int> row;
    for (std::size_t x = 8; x < 16; ++x)
        row.push_back(result.rgb[3 * (4 * 30 + x)]);
    CHECK(row == std::vector<int>{0, 0, 50, 100, 150, 200, 200, 200});
}

TEST_CASE("a fill of another picture is refused") {
    const photo original = photo_of(image(30, 9));
    CHECK_THAT(pictures::error_of([&] { with_fill(original, image(9, 30), mask(30, 9)); }),
               Contains("does not belong"));
    CHECK_THAT(pictures::error_of([&] { with_fill(original, image(30, 9), mask(9, 30)); }),
               Contains("does not belong"));
    CHECK_THAT(pictures::error_of([&] { with_fill(original, image(30, 9), mask(30, 9), -1); }),
               Contains("choose 0 to"));
}

TEST_CASE("WebP is written without loss, also under full transparency") {
    image picture = pictures::pattern(33, 21);
    CHECK(decode_image(encode_image(picture, image_format::webp)) == picture);
    picture.alpha.resize(picture.size.pixel_count());
    for (std::size_t i = 0; i < picture.alpha.size(); ++i)
        picture.alpha[i] = static_cast<std::uint8_t>(i % 256);
    CHECK(decode_image(encode_image(picture, image_format::webp)) == picture);
}

TEST_CASE("a picture too wide for WebP is refused in words") {
    CHECK_THAT(pictures::error_of([] { encode_image(image(16'384, 1), image_format::webp); }),
               Contains("16383"));
}

TEST_CASE("a JPEG of lower quality is smaller, and there is no other than 1 to 100") {
    const image picture = pictures::pattern(64, 64);
    const auto size_at = [&](int quality) {
        return encode_image(picture, image_format::jpeg, {.jpeg_quality = quality}).size();
    };
    CHECK(size_at(40) < size_at(90));
    CHECK(size_at(95) == encode_image(picture, image_format::jpeg).size());
    const int wrong = GENERATE(0, 101);
    CHECK_THAT(pictures::error_of([&] { size_at(wrong); }), Contains("choose 1 to 100"));
}
