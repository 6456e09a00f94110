// SPDX-License-Identifier: Apache-2.0
// What `erase` keeps of a picture's file, and the edge of a markup.
#include "tests/scenarios/erase_case.hpp"

#include <perdure/inpaint/markup.hpp>
#include <perdure/inpaint/photo.hpp>

using namespace erase_tests;

namespace {

/// Little-endian EXIF of one entry.
std::string exif(char orientation) {
    return std::string("II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18) + orientation +
           std::string(7, '\0');
}

std::string profile() {
    std::string icc(132, '\0');
    for (std::size_t i = 0; i < 120; ++i) // libpng refuses what compresses to next to nothing
        icc += static_cast<char>((i * i * 40503 >> 7) & 0xff);
    icc[3] = static_cast<char>(252);
    icc[8] = 2;
    icc.replace(12, 12, "mntrRGB XYZ ");
    icc.replace(36, 4, "acsp");
    return icc;
}

} // namespace

TEST_CASE("erase keeps profile and EXIF, and works on the picture as it is seen") {
    program_case given;
    // Stored lying on its side; seen, it has the size of the markup.
    pixels::photo stored;
    stored.pixels = pictures::pattern(160, 170);
    stored.details.exif = exif(6);
    stored.details.icc_profile = profile();
    given.photo_path = given.files / "photo.jpg";
    const auto road =
        GENERATE(std::vector<std::string>{}, std::vector<std::string>{"--in-process"});
    pixels::write_file_atomically(given.photo_path,
                                  pixels::encode_photo(stored, pixels::image_format::jpeg));
    const auto seen = pixels::decode_photo(pixels::read_file(given.photo_path));
    given.out = given.files / "out.webp";

    const ended done = given.run(road);

    INFO(done.err);
    REQUIRE(done.code == 0);
    const auto written = pixels::decode_photo(given.written());
    CHECK(written.pixels.size == pixels::image_size{170, 160});
    CHECK(written.details.exif == exif(1));
    CHECK(written.details.icc_profile == profile());
    CHECK(changed_outside(seen.pixels, written.pixels, given.markup) == 0);
}

TEST_CASE("erase keeps 16 bits and transparency outside the markup") {
    program_case given;
    pixels::photo deep;
    deep.pixels = given.photo;
    deep.pixels.alpha.assign(given.photo.size.pixel_count(), 128);
    for (std::size_t i = 0; i < 4 * given.photo.size.pixel_count(); ++i)
        deep.deep.push_back(
            i % 4 == 3 ? std::uint16_t{128 * 257 + 7}
                       : static_cast<std::uint16_t>(given.photo.rgb[i / 4 * 3 + i % 4] * 257 + 11));
    pixels::write_file_atomically(given.photo_path,
                                  pixels::encode_photo(deep, pixels::image_format::png));

    REQUIRE(given.run().code == 0);

    const auto written = pixels::decode_photo(given.written());
    REQUIRE(written.deep.size() == deep.deep.size());
    std::size_t changed = 0;
    for (std::size_t i = 0; i < deep.deep.size(); ++i)
        changed += given.markup.flags[i / 4] == 0 && written.deep[i] != deep.deep[i] ? 1U : 0U;
    CHECK(changed == 0);
}

TEST_CASE("a grown markup erases so many pixels more, and is the same on every road") {
    const program_case given;
    const pixels::mask grown = pixels::grow(given.markup, 5);
    const auto expected = pixels::fill(given.photo, grown).picture;
    const auto road = GENERATE(std::vector<std::string>{"--grow", "5"},
                               std::vector<std::string>{"--grow=5", "--in-process"});

    REQUIRE(given.run(road).code == 0);

    CHECK(pixels::read_image(given.out) == expected);
    CHECK(changed_outside(given.photo, expected, grown) == 0);
}

TEST_CASE("in one hub, a markup that is grown otherwise is another run") {
    const program_case given;
    const std::string hub = (given.files / "hub").string();
    REQUIRE(given.run({"--hub", hub, "--grow", "5"}).code == 0);

    REQUIRE(given.run({"--hub", hub, "--grow", "2"}).code == 0);

    CHECK(pixels::read_image(given.out) ==
          pixels::fill(given.photo, pixels::grow(given.markup, 2)).picture);
}

TEST_CASE("killed and run again, erase goes on with its grown markup") {
    const program_case given;
    {
        program killed(erase_path, given.command({"--grow", "5"}));
        killed.read_error_line();
        killed.send(SIGKILL);
        killed.wait();
    }
    REQUIRE(given.run({"--grow", "5"}).code == 0);
    CHECK(pixels::read_image(given.out) ==
          pixels::fill(given.photo, pixels::grow(given.markup, 5)).picture);
    CHECK(given.files.file_count() == 3);
}

TEST_CASE("a feathered edge is made of what was around the markup only") {
    const program_case given;
    const pixels::mask grown = pixels::grow(given.markup, 4);
    pixels::photo original;
    original.pixels = given.photo;
    const auto expected =
        pixels::with_fill(original, pixels::fill(given.photo, grown).picture, grown, 4).pixels;
    const auto road =
        GENERATE(std::vector<std::string>{"--grow", "4", "--feather", "4"},
                 std::vector<std::string>{"--grow", "4", "--feather", "4", "--in-process"});

    REQUIRE(given.run(road).code == 0);

    CHECK(pixels::read_image(given.out) == expected);
    CHECK(changed_outside(given.photo, expected, grown) == 0);
}

TEST_CASE("a markup that grows over the whole picture is refused") {
    const program_case given;
    check_refusal(given.command({"--grow", "300"}), "leaves no whole patch", given.files);
}

TEST_CASE("a JPEG is written at the quality asked for") {
    program_case given;
    given.out = given.files / "out.jpg";
    REQUIRE(given.run({"--in-process", "--jpeg-quality", "30"}).code == 0);
    const auto small = given.written().size();
    REQUIRE(given.run({"--in-process"}).code == 0);
    CHECK(small < given.written().size());
}
