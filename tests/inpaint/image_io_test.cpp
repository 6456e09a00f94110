// SPDX-License-Identifier: Apache-2.0
// Pictures to and from files: what goes in comes out, and what cannot be read is refused with the
// file's name.
#include <fstream>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"
#include "perdure/inpaint/image_io.hpp"
#include "perdure/inpaint/photo.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;
using Catch::Matchers::Contains;

namespace {

void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

image with_alpha(image picture) {
    picture.alpha.resize(picture.size.pixel_count());
    for (std::size_t i = 0; i < picture.alpha.size(); ++i)
        picture.alpha[i] = static_cast<std::uint8_t>(i % 256);
    return picture;
}

bool has_nameless_files(const std::filesystem::path& folder) {
    const int fd = ::open(folder.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
    return fd >= 0 && ::close(fd) == 0;
}

/// Writes in a process that dies in the middle of it. Gives the signal.
int write_and_die(const std::filesystem::path& path) {
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit half{1000, 1000};
        ::setrlimit(RLIMIT_FSIZE, &half);
        ::signal(SIGXFSZ, SIG_DFL);
        write_file_atomically(path, std::string(2000, 'x'));
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

} // namespace

TEST_CASE("a process that is killed while it writes leaves no file") {
    const pictures::folder folder;
    if (!has_nameless_files(folder / ".")) {
        WARN("this file system has no files without names");
        return;
    }

    CHECK(write_and_die(folder / "out.png") == SIGXFSZ);

    CHECK(std::filesystem::is_empty(folder / "."));
}

TEST_CASE("a PNG comes back as it was written") {
    const pictures::folder folder;
    const image picture = pictures::pattern(33, 21);

    write_image(folder / "a.png", picture);

    CHECK(read_image(folder / "a.png") == picture);
    CHECK(folder.file_count() == 1);
}

TEST_CASE("a PNG with alpha keeps it") {
    const image picture = with_alpha(pictures::pattern(33, 21));

    CHECK(decode_image(encode_image(picture, image_format::png)) == picture);
}

TEST_CASE("a large PNG is the same on any number of threads, and comes back to the last bit") {
    photo drawn;
    drawn.pixels = pictures::pattern(901, 640);
    SECTION("in colours") {}
    SECTION("in grey") {
        for (std::size_t i = 0; i < drawn.pixels.rgb.size(); ++i)
            drawn.pixels.rgb[i] = drawn.pixels.rgb[i - i % 3];
        drawn.details.is_grey = true;
    }
    SECTION("with alpha") {
        drawn.pixels = with_alpha(std::move(drawn.pixels));
    }
    SECTION("of 16 bits") {
        for (std::size_t i = 0; i < drawn.pixels.rgb.size(); ++i) {
            drawn.deep.push_back(static_cast<std::uint16_t>(i * 40503));
            drawn.pixels.rgb[i] = static_cast<std::uint8_t>((drawn.deep[i] * 255U + 32895U) >> 16);
        }
    }

    const std::string file = encode_photo(drawn, image_format::png);
    const photo read = decode_photo(file);

    CHECK(encode_photo(drawn, image_format::png, {.threads = 0}) == file);
    CHECK(encode_photo(drawn, image_format::png, {.threads = 2}) == file);
    CHECK(encode_photo(drawn, image_format::png, {.threads = 5}) == file);
    CHECK(read.pixels == drawn.pixels);
    CHECK(read.deep == drawn.deep);
}

TEST_CASE("a JPEG comes back nearly as it was written") {
    const pictures::folder folder;
    image picture(64, 48);
    for (int y = 0; y < 48; ++y)
        for (int x = 0; x < 64; ++x)
            pictures::paint(picture, x, y, 2 * x, 3 * y, 128);

    write_image(folder / "a.JPG", picture);
    const image read = read_image(folder / "a.JPG");

    REQUIRE(read.size == picture.size);
    int worst = 0;
    for (std::size_t i = 0; i < picture.rgb.size(); ++i)
        worst = std::max(worst, std::abs(picture.rgb[i] - read.rgb[i]));
    CHECK(worst <= 4);
}

TEST_CASE("the same picture is encoded to the same bytes") {
    const image picture = pictures::pattern(50, 50);

    CHECK(encode_image(picture, image_format::png) == encode_image(picture, image_format::png));
    CHECK(encode_image(picture, image_format::jpeg) == encode_image(picture, image_format::jpeg));
}

TEST_CASE("the format is recognised by content, not by name") {
    const pictures::folder folder;
    const image picture = pictures::pattern(20, 20);
    write_bytes(folder / "a.jpg", encode_image(picture, image_format::png));

    CHECK(read_image(folder / "a.jpg") == picture);
}

TEST_CASE("a truncated PNG is refused with the file's name") {
    const pictures::folder folder;
    const std::string bytes = encode_image(pictures::pattern(40, 40), image_format::png);
    write_bytes(folder / "cut.png", bytes.substr(0, bytes.size() / 2));

    CHECK_THAT(pictures::error_of([&] { read_image(folder / "cut.png"); }), Contains("cut.png"));
}

TEST_CASE("no truncation of a PNG or JPEG is accepted") {
    const auto format = GENERATE(image_format::png, image_format::jpeg, image_format::webp);
    const std::string bytes = encode_image(pictures::pattern(24, 24), format);

    std::size_t accepted = 0;
    for (std::size_t size = 0; size + 2 < bytes.size(); ++size)
        accepted +=
            pictures::error_of([&] { decode_image(bytes.substr(0, size)); }).empty() ? 1U : 0U;
    CHECK(accepted == 0);
}

TEST_CASE("changed bytes in a PNG or JPEG never do more than raise an image_error") {
    const auto format = GENERATE(image_format::png, image_format::jpeg, image_format::webp);
    std::string bytes = encode_image(pictures::pattern(24, 24), format);
    const image_limits limits{.pixels_max = 100'000};

    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char kept = bytes[i];
        bytes[i] = static_cast<char>(kept ^ 0x5a);
        pictures::error_of([&] { decode_image(bytes, "changed", limits); });
        bytes[i] = kept;
    }
    CHECK(decode_image(bytes).size == image_size{24, 24});
}

TEST_CASE("a picture above the pixel budget is refused before it is decoded") {
    const auto format = GENERATE(image_format::png, image_format::jpeg, image_format::webp);
    const std::string bytes = encode_image(pictures::pattern(100, 100), format);
    // A WebP says first how long it is, so a cut one is refused for that.
    const std::size_t header_size = format == image_format::webp  ? bytes.size()
                                    : format == image_format::png ? 60
                                                                  : 700;
    const std::string only_the_header = bytes.substr(0, header_size);
    const image_limits limits{.pixels_max = 9'999};

    CHECK_THAT(pictures::error_of([&] { decode_image(only_the_header, "big", limits); }),
               Contains("big has 100 x 100 pixels, above the limit of 9999"));
}

TEST_CASE("a WebP that is shorter than it says is refused for that") {
    const std::string bytes = encode_image(pictures::pattern(100, 100), image_format::webp);

    CHECK_THAT(pictures::error_of([&] { decode_image(bytes.substr(0, bytes.size() - 2), "cut"); }),
               Contains("cut is not a whole WebP (it ends too early)"));
}

TEST_CASE("a file above the byte budget is refused") {
    const pictures::folder folder;
    write_bytes(folder / "long.png", std::string(2000, 'x'));

    CHECK_THAT(pictures::error_of([&] { read_image(folder / "long.png", {.bytes_max = 1999}); }),
               Contains("long.png") && Contains("2000 bytes"));
}

TEST_CASE("missing files, folders and other formats are refused by name") {
    const pictures::folder folder;
    write_bytes(folder / "text.png", "hello");
    std::filesystem::create_directory(folder / "sub.png");

    CHECK_THAT(pictures::error_of([&] { read_image(folder / "none.png"); }), Contains("none.png"));
    CHECK_THAT(pictures::error_of([&] { read_image(folder / "sub.png"); }), Contains("sub.png"));
    CHECK_THAT(pictures::error_of([&] { read_image(folder / "text.png"); }),
               Contains("neither a PNG nor a JPEG"));
    CHECK_THAT(pictures::error_of([&] { write_image(folder / "a.bmp", image(9, 9)); }),
               Contains("a.bmp"));
}

TEST_CASE("an unwritable output leaves no file") {
    const pictures::folder folder;

    CHECK_THAT(
        pictures::error_of([&] { write_image(folder / "missing/a.png", pictures::pattern(9, 9)); }),
        Contains("a.png"));
    std::filesystem::create_directory(folder / "taken.png");
    CHECK_THAT(
        pictures::error_of([&] { write_image(folder / "taken.png", pictures::pattern(9, 9)); }),
        Contains("taken.png"));
    CHECK(folder.file_count() == 1);
}

TEST_CASE("writing over a picture replaces it whole") {
    const pictures::folder folder;
    write_file_atomically(folder / "a", "a long first version");

    write_file_atomically(folder / "a", "second");

    CHECK(read_file(folder / "a") == "second");
    CHECK(folder.file_count() == 1);
}

TEST_CASE("an opaque markup marks what is not black, a transparent one what is not clear") {
    image markup(10, 10);
    pictures::paint(markup, 3, 4, 0, 1, 0);
    const mask by_colour = mask_from_image(markup);
    markup.alpha.assign(100, 255);
    const mask still_by_colour = mask_from_image(markup);
    markup.alpha.assign(100, 0);
    markup.alpha[7] = 1;
    const mask by_alpha = mask_from_image(markup);

    CHECK(by_colour.count() == 1);
    CHECK(by_colour.at(3, 4));
    CHECK(still_by_colour == by_colour);
    CHECK(by_alpha.count() == 1);
    CHECK(by_alpha.at(7, 0));
}

TEST_CASE("a markup file marks what its picture does") {
    photo drawn;
    drawn.pixels = image(70, 40);
    for (int x = 20; x < 50; ++x)
        pictures::paint(drawn.pixels, x, x / 2, x, x, x);
    pictures::paint(drawn.pixels, 3, 4, 0, 0, 1);
    SECTION("in colours") {}
    SECTION("in grey") {
        pictures::paint(drawn.pixels, 3, 4, 1, 1, 1);
        drawn.details.is_grey = true;
    }
    SECTION("opaque, with alpha") {
        drawn.pixels.alpha.assign(70 * 40, 255);
    }
    SECTION("with transparency") {
        drawn.pixels = with_alpha(std::move(drawn.pixels));
    }
    SECTION("of 16 bits, some of them too dark for 8") {
        for (std::size_t i = 0; i < drawn.pixels.rgb.size(); ++i)
            drawn.deep.push_back(static_cast<std::uint16_t>(i % 7 == 0 ? 100 : 0));
    }

    const std::string file = encode_photo(drawn, image_format::png);

    CHECK(decode_mask(file) == mask_from_image(decode_image(file)));
    CHECK_THROWS_AS(decode_mask(std::string_view(file).substr(0, file.size() / 2)), image_error);
}
