// SPDX-License-Identifier: Apache-2.0
#include "bench/peers.hpp"

#include "bench/arguments.hpp"

#include "catch.hpp"
#include "perdure/inpaint/image_io.hpp"
#include "tests/inpaint/pictures.hpp"

using namespace perdure;
using namespace perdure::bench;
namespace pictures = perdure::inpaint::pictures;

namespace {

struct peer_case {
    explicit peer_case(bool is_truth_known) {
        task = {here / "photo.png", here / "markup.png", is_truth_known};
        write_image(task.photo, photo);
        inpaint::image markup(photo.size.width, photo.size.height);
        for (std::size_t i = 0; i < area.flags.size(); ++i)
            std::fill_n(&markup.rgb[3 * i], 3, area.flags[i] != 0 ? 255 : 0);
        write_image(task.markup, markup);
    }

    figures of(const std::string& command) const {
        return measure_peer({"other", command}, task, 1, here / "out.png");
    }

    const pictures::folder here;
    const inpaint::image photo = pictures::pattern(80, 70);
    const inpaint::mask area = pictures::rectangle(photo.size, 30, 25, 50, 45);
    filling_task task;
};

} // namespace

TEST_CASE("a peer has a name and a command that uses photo, markup and result") {
    const peer found = peer_from("gmic=gmic \"$1\" \"$2\" -fill=x -o \"$3\"");
    CHECK(found.name == "gmic");
    CHECK(found.command == "gmic \"$1\" \"$2\" -fill=x -o \"$3\"");
    for (const char* const wrong : {"", "gmic", "=cp $1 $2 $3", "gmic=", "gmic=cp $1 $3"})
        CHECK_THROWS_AS(peer_from(wrong), wrong_usage);
}

TEST_CASE("what leaves the photo as it is has its detail and changes nothing") {
    const figures found = peer_case(true).of("cp \"$1\" \"$3\"");
    CHECK(found["peer"] == "other");
    CHECK(found["psnr"] == 99);
    CHECK(found["detail"].get<double>() == Approx(1));
    CHECK(found["changed_outside"] == 0);
    CHECK(found["seconds"].get<double>() > 0);
}

TEST_CASE("where the truth is not known nothing is compared with it") {
    const figures found = peer_case(false).of("cp \"$1\" \"$3\"");
    CHECK(found["psnr"].is_null());
    CHECK(found["ssim"].is_null());
    CHECK(found["detail"].get<double>() == Approx(1).epsilon(0.1));
}

TEST_CASE("pixels that a peer changes outside the markup are counted") {
    const peer_case given(true);
    inpaint::image changed = given.photo;
    pictures::paint(changed, 2, 3, 255, 255, 255);
    pictures::paint(changed, 40, 35, 255, 255, 255);
    const std::string made = (given.here / "changed.png").string();
    write_image(made, changed);
    CHECK(given.of("cp '" + made + "' \"$3\"")["changed_outside"] == 1);
}

TEST_CASE("a peer is judged by the hole, whatever it does outside") {
    const peer_case given(GENERATE(true, false));
    const figures expected = given.of("cp \"$1\" \"$3\"");
    inpaint::image changed = given.photo;
    for (std::size_t i = 0; i < given.area.flags.size(); ++i)
        if (given.area.flags[i] == 0)
            std::fill_n(&changed.rgb[3 * i], 3, 90);
    const std::string made = (given.here / "changed.png").string();
    write_image(made, changed);

    const figures found = given.of("cp '" + made + "' \"$3\"");

    for (const char* const figure : {"coherence", "detail", "psnr", "ssim"})
        CHECK(found[figure] == expected[figure]);
}

TEST_CASE("a peer that fails, or makes another size, is named") {
    using Catch::Contains;
    CHECK_THROWS_WITH(peer_case(true).of("exit 3"), Contains("other") && Contains("ended with 3"));
    const peer_case given(true);
    const std::string small = (given.here / "small.png").string();
    write_image(small, pictures::pattern(40, 40));
    CHECK_THROWS_WITH(given.of("cp '" + small + "' \"$3\""), Contains("another size"));
}
