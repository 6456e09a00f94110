// SPDX-License-Identifier: Apache-2.0
// Files that are small and would cost much: refused, or read without paying.
#include <fstream>
#include <iterator>

#include <sys/resource.h>

#include "catch.hpp"
#include "perdure/inpaint/image_io.hpp"
#include "perdure/inpaint/photo.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;
using Catch::Matchers::Contains;

namespace {

std::string input(const std::string& name) {
    std::ifstream in("tests/fuzz/corpus/" + name, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The file with its part from `begin` to `end` there so many times.
std::string repeated(const std::string& file, std::size_t begin, std::size_t end, int times) {
    std::string longer = file.substr(0, begin);
    for (int i = 0; i < times; ++i)
        longer += file.substr(begin, end - begin);
    return longer + file.substr(end);
}

/// With its first scan so many times.
std::string progressive_jpeg(int times) {
    const std::string file = input("jpeg/progressive");
    const std::size_t first = file.find("\xff\xda");
    return repeated(file, first, file.find("\xff\xc4", first), times);
}

/// The most memory this process has had, in kilobytes.
long peak_memory() {
    struct rusage usage {};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

} // namespace

TEST_CASE("a JPEG with more scans than a picture needs is refused") {
    CHECK(decode_image(progressive_jpeg(50)).size == image_size{9, 7});
    CHECK_THAT(pictures::error_of([] { decode_image(progressive_jpeg(200)); }),
               Contains("too many scans"));
}

TEST_CASE("texts in a PNG are not unpacked") {
    const std::string file = input("png/unpacked-texts"); // a megabyte each
    const std::size_t first = file.find("zTXt") - 4;
    const std::string texts = repeated(file, first, file.find("zTXt", first + 8) - 4, 400);

    const long before = peak_memory();
    CHECK(decode_image(texts).size == image_size{3, 2});

    CHECK(peak_memory() - before < 100'000);
}

TEST_CASE("a WebP that is an animation is refused in words") {
    CHECK_THAT(pictures::error_of([] { decode_image(input("webp/animation")); }),
               Contains("is an animation"));
}

TEST_CASE("a profile or EXIF that claims to be huge costs nothing") {
    const long before = peak_memory();
    CHECK(decode_photo(input("png/huge-profile")).details.icc_profile.empty());
    CHECK_FALSE(pictures::error_of([] { decode_photo(input("png/huge-exif")); }).empty());
    CHECK(peak_memory() - before < 100'000);
}

TEST_CASE("a picture of a few bytes that says it is huge is refused for its size") {
    CHECK_THAT(pictures::error_of([] { decode_image(input("png/huge")); }), Contains("limit of"));
    CHECK_THAT(pictures::error_of([] { decode_image(input("jpeg/huge")); }), Contains("limit of"));
    CHECK_THAT(pictures::error_of([] { decode_image(input("webp/huge")); }), Contains("limit of"));
}
