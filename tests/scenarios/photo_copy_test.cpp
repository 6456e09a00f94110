// SPDX-License-Identifier: Apache-2.0
// The copy of a decoded photo that a run leaves for the process that goes on with it.
#include "inpaint/app/digest.hpp"
#include "inpaint/app/kept_photo.hpp"
#include "inpaint/app/photo_copy.hpp"
#include "tests/scenarios/erase_case.hpp"

#include <fstream>

using namespace erase_tests;
using erase_app::kept_photo;
using erase_app::photo_copy;

namespace {

bool is_like(const pixels::image_view& seen, const pixels::image& picture) {
    return seen.size == picture.size && std::ranges::equal(seen.rgb, picture.rgb) &&
           std::ranges::equal(seen.alpha, picture.alpha);
}

pixels::photo plain(int width, int height) {
    pixels::photo made;
    made.pixels = pictures::pattern(width, height);
    return made;
}

pixels::photo deep_and_transparent() {
    pixels::photo made = plain(31, 20);
    made.pixels.alpha.assign(made.pixels.size.pixel_count(), 7);
    for (std::size_t i = 0; i < 4 * made.pixels.size.pixel_count(); ++i)
        made.deep.push_back(static_cast<std::uint16_t>(257 * i));
    made.details = {"a profile", "an EXIF", true, 45455, 2};
    return made;
}

void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

/// A photo large enough to be copied, and what a run of it that was killed has left.
struct killed_case : program_case {
    std::filesystem::path hub = files / "hub";
    std::string hash;

    killed_case() {
        photo = pictures::pattern(1100, 1000);
        markup = pictures::rectangle(photo.size, 300, 300, 340, 330);
        pixels::write_image(photo_path, photo);
        pixels::write_image(markup_path, erasing::tests::painted(markup));
        hash = erase_app::sha256(pixels::read_file(photo_path));
    }

    ended stop(int signal) const {
        program running(erase_path, command({"--hub", hub.string()}));
        running.read_error_line();
        running.send(signal);
        return running.wait();
    }
    std::filesystem::path copy() const { return hub / "decoded" / hash; }
    ended go_on() const { return run({"--hub", hub.string()}); }
};

} // namespace

TEST_CASE("a copy of a decoded photo is that photo") {
    const pictures::folder files;
    const auto photo = GENERATE(plain(40, 30), deep_and_transparent());
    const auto made = photo_copy::make(files / "copy", photo);
    REQUIRE(made);
    const auto found = photo_copy::open(files / "copy");
    REQUIRE(found);
    for (const photo_copy* each : {&*made, &*found}) {
        CHECK(is_like(each->view(), photo.pixels));
        CHECK(std::ranges::equal(each->pixels().deep, photo.deep));
        CHECK(each->details() == photo.details);
    }
    CHECK(files.file_count() == 1);
}

TEST_CASE("what is changed in a copy changes in this process only") {
    const pictures::folder files;
    const pixels::photo photo = plain(40, 30);
    const auto changed = photo_copy::make(files / "copy", photo);
    REQUIRE(changed);
    changed->pixels().rgb[100] ^= 1;
    CHECK_FALSE(is_like(changed->view(), photo.pixels));
    const auto found = photo_copy::open(files / "copy");
    REQUIRE(found);
    CHECK(is_like(found->view(), photo.pixels));
}

TEST_CASE("a copy that is damaged or not whole is none") {
    const pictures::folder files;
    REQUIRE(photo_copy::make(files / "copy", deep_and_transparent()));
    const std::string whole = pixels::read_file(files / "copy");
    SECTION("a bit has changed") {
        for (std::size_t at = 0; at < whole.size(); at += 61) {
            std::string damaged = whole;
            damaged[at] ^= 4;
            write_bytes(files / "copy", damaged);
            CHECK_FALSE(photo_copy::open(files / "copy"));
        }
    }
    SECTION("it ends early") {
        for (const std::size_t size : {std::size_t{0}, std::size_t{10}, whole.size() - 1}) {
            write_bytes(files / "copy", whole.substr(0, size));
            CHECK_FALSE(photo_copy::open(files / "copy"));
        }
    }
    SECTION("there is more of it") {
        write_bytes(files / "copy", whole + '\0');
        CHECK_FALSE(photo_copy::open(files / "copy"));
    }
    SECTION("it is not there") {
        CHECK_FALSE(photo_copy::open(files / "another"));
    }
}

TEST_CASE("a copy that cannot be written leaves nothing") {
    const pictures::folder files;
    CHECK_FALSE(photo_copy::make(files / "no" / "copy", plain(40, 30)));
    std::filesystem::create_directory(files / "copy");
    CHECK_FALSE(photo_copy::make(files / "copy", plain(40, 30)));
    CHECK(files.file_count() == 1);
}

TEST_CASE("a photo that is copied stays where it is for those who look at it") {
    const pictures::folder files;
    const pixels::photo photo = plain(1100, 1000);
    kept_photo kept(photo);
    const auto before = kept.look();
    kept.copy_to(files / "decoded" / "copy");
    kept.settle();
    const auto after = kept.look();
    CHECK_FALSE(before.seen.is_mapped);
    CHECK(after.seen.is_mapped);
    CHECK(is_like(before.seen, photo.pixels));
    CHECK(is_like(after.seen, photo.pixels));
}

TEST_CASE("a photo that cannot be copied or is small stays in memory") {
    const pictures::folder files;
    write_bytes(files / "decoded", "no folder");
    const pixels::photo photo = GENERATE(plain(1100, 1000), plain(200, 100));
    kept_photo kept(photo);
    kept.copy_to(files / "decoded" / "copy");
    kept.settle();
    CHECK(is_like(kept.in_memory().pixels, photo.pixels));
    CHECK(is_like(kept.edit().pixels, photo.pixels));
}

TEST_CASE("an interrupted run leaves a copy of its decoded photo, a finished one none") {
    const killed_case given;
    const ended stopped = given.stop(SIGTERM);
    // It may have been quicker than the signal.
    if (stopped.code != 0) {
        const auto copied = photo_copy::open(given.copy());
        REQUIRE(copied);
        CHECK(is_like(copied->view(), given.photo));
    }
    CHECK(given.go_on().code == 0);
    CHECK(pixels::read_image(given.out) == given.filled().picture);
    CHECK_FALSE(std::filesystem::exists(given.copy().parent_path()));
}

TEST_CASE("what else lies in the folder of copies of a hub that is kept stays") {
    const killed_case given;
    std::filesystem::create_directories(given.copy().parent_path());
    write_bytes(given.copy().parent_path() / "mine", "not a copy");

    REQUIRE(given.go_on().code == 0);

    CHECK(pixels::read_file(given.copy().parent_path() / "mine") == "not a copy");
    CHECK_FALSE(std::filesystem::exists(given.copy()));
}

TEST_CASE("a run that goes on takes the copy instead of decoding the photo") {
    const killed_case given;
    given.stop(SIGKILL);
    pixels::photo told_apart;
    told_apart.pixels = given.photo;
    told_apart.pixels.rgb[0] ^= 0x80;
    std::filesystem::create_directories(given.copy().parent_path());
    REQUIRE(photo_copy::make(given.copy(), told_apart));

    REQUIRE(given.go_on().code == 0);

    CHECK(pixels::read_image(given.out).rgb[0] == told_apart.pixels.rgb[0]);
}

TEST_CASE("a run that goes on decodes the photo again if its copy is damaged") {
    const killed_case given;
    given.stop(SIGKILL);
    std::filesystem::create_directories(given.copy().parent_path());
    write_bytes(given.copy(), "half a copy");

    REQUIRE(given.go_on().code == 0);

    CHECK(pixels::read_image(given.out) == given.filled().picture);
}
