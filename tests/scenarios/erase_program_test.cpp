// SPDX-License-Identifier: Apache-2.0
// The program `erase` from outside: same bytes on every road, one sentence for every wrong input.
#include "tests/scenarios/erase_case.hpp"

#include <set>

using namespace erase_tests;

TEST_CASE("erase writes the picture that fill() computes, on every road") {
    const program_case given;
    const auto expected = pixels::encode_image(given.filled().picture, pixels::image_format::png);
    const auto road = GENERATE(std::vector<std::string>{"--threads", "1"},
                               std::vector<std::string>{"--threads=2"},
                               std::vector<std::string>{"--threads", "3", "--quiet"},
                               std::vector<std::string>{"--in-process", "--threads", "2"});
    const ended done = given.run(road);
    INFO(done.err);
    REQUIRE(done.code == 0);
    CHECK(given.written() == expected);
    CHECK(given.files.file_count() == 3);
}

TEST_CASE("erase reports in JSON what it did") {
    const program_case given;
    const std::set<std::string> keys{"method", "seconds",    "levels",          "iterations",
                                     "seams",  "activities", "bytes_committed", "energy",
                                     "sha256", "instance",   "ready_seconds",   "cost"};
    const auto durable = report_of(given.run({"--json"}));
    const auto in_process = report_of(given.run({"--json", "--in-process"}));
    for (const auto& report : {durable, in_process}) {
        std::set<std::string> found;
        for (const auto& [key, value] : report.items())
            found.insert(key);
        CHECK(found == keys);
    }
    for (const std::string same : {"levels", "iterations", "energy", "sha256"})
        CHECK(durable[same] == in_process[same]);
    CHECK(durable["activities"] > 0);
    CHECK(durable["bytes_committed"] > 0);
    CHECK(durable["ready_seconds"] > 0);
    CHECK(durable["instance"].is_string());
    CHECK(in_process["activities"] == 0);
    CHECK(in_process["bytes_committed"] == 0);
    CHECK(in_process["ready_seconds"].is_null());
    CHECK(in_process["instance"].is_null());
}

TEST_CASE("without a terminal erase prints one line per level, and none if it is to be quiet") {
    const program_case given;
    const ended done = given.run({"--json"});
    const auto lines = std::count(done.err.begin(), done.err.end(), '\n');
    CHECK(lines == report_of(done)["levels"].get<int>());
    CHECK(done.err.rfind("level 1 of ", 0) == 0);
    CHECK(given.run({"--quiet"}).err.empty());
}

TEST_CASE("a finished run is found again in its hub, also for another output") {
    const program_case given;
    const std::string hub = (given.files / "hub").string();
    const auto first = report_of(given.run({"--json", "--hub", hub}));
    const auto again = report_of(given.run({"--json", "--hub", hub, "--threads", "1"}));
    CHECK(again["activities"] == 0);
    CHECK(again["instance"] == first["instance"]);
    CHECK(again["sha256"] == first["sha256"]);
    const auto other = report_of(given.run({"--json", "--hub", hub, "--seed", "2"}));
    CHECK(other["instance"] != first["instance"]);
    const auto jpeg = (given.files / "other.JPG").string();
    const ended as_jpeg =
        erase_tests::run(erase_path, {given.photo_path.string(), given.markup_path.string(), jpeg,
                                      "--json", "--hub", hub});
    CHECK(report_of(as_jpeg)["activities"] == 0);
    CHECK(pixels::read_image(jpeg).size == given.photo.size);
}

TEST_CASE("a markup with transparency marks what is opaque") {
    const program_case given;
    pixels::image markup(given.photo.size.width, given.photo.size.height);
    for (const auto flag : given.markup.flags)
        markup.alpha.push_back(flag != 0 ? std::uint8_t{1} : std::uint8_t{0});
    pixels::write_image(given.markup_path, markup);
    REQUIRE(given.run().code == 0);
    CHECK(pixels::read_image(given.out) == given.filled().picture);
}

TEST_CASE("killed after a line and run again, erase ends with the same bytes") {
    const program_case given;
    const auto expected = pixels::encode_image(given.filled().picture, pixels::image_format::png);
    const int lines = GENERATE(1, 2, 3);
    {
        program killed(erase_path, given.command());
        for (int i = 0; i < lines; ++i)
            killed.read_error_line();
        killed.send(SIGKILL);
        killed.wait();
    }
    const ended done = given.run();
    INFO(done.err);
    CHECK(done.code == 0);
    CHECK(given.written() == expected);
    CHECK(given.files.file_count() == 3);
}

TEST_CASE("an interrupted erase says how to go on, and does") {
    const program_case given;
    ended stopped;
    {
        program running(erase_path, given.command());
        running.read_error_line();
        running.send(SIGTERM);
        stopped = running.wait();
    }
    // It may have been quicker than the signal.
    if (stopped.code != 0) {
        CHECK(stopped.code == 130);
        CHECK(stopped.err.find("run the same command again") != std::string::npos);
        CHECK(std::filesystem::exists(given.files / "out.png.hub"));
    }
    CHECK(given.run().code == 0);
    CHECK(pixels::read_image(given.out) == given.filled().picture);
    CHECK_FALSE(std::filesystem::exists(given.files / "out.png.hub"));
}

TEST_CASE("a wrong input leaves a run that was begun before as it is") {
    const program_case given;
    const auto expected = given.filled().picture;
    const std::string good = pixels::read_file(given.markup_path);
    {
        program killed(erase_path, given.command());
        killed.read_error_line();
        killed.send(SIGKILL);
        killed.wait();
    }
    pixels::write_file_atomically(given.markup_path, "only words");
    check_refusal(given.command(), "neither a PNG nor a JPEG", given.files);
    pixels::write_file_atomically(given.markup_path, good);
    const ended done = given.run();
    CHECK(done.err.rfind("going on with the run", 0) == 0);
    CHECK(pixels::read_image(given.out) == expected);
}

TEST_CASE("a wrong input gets one sentence and leaves nothing behind") {
    const program_case given;
    const auto path = [&](const std::string& name) { return (given.files / name).string(); };
    const auto paint = [&](const pixels::mask& area) {
        pixels::write_image(given.markup_path, erasing::tests::painted(area));
    };
    const auto size = given.photo.size;

    SECTION("a missing photo") {
        check_refusal({path("gone.png"), given.markup_path.string(), path("out.png")},
                      "gone.png cannot be read", given.files);
    }
    SECTION("a missing markup") {
        check_refusal({given.photo_path.string(), path("gone.png"), path("out.png")},
                      "gone.png cannot be read", given.files);
    }
    SECTION("a photo that is no picture") {
        pixels::write_file_atomically(given.photo_path, "only words");
        check_refusal(given.command(), "neither a PNG nor a JPEG", given.files);
    }
    SECTION("a photo that is no picture, with a hub that is to be kept") {
        pixels::write_file_atomically(given.photo_path, "only words");
        check_refusal(given.command({"--hub", path("hub")}), "neither a PNG nor a JPEG",
                      given.files);
    }
    SECTION("a markup of another size") {
        paint(pictures::rectangle({99, 98}, 40, 40, 50, 50));
        check_refusal(given.command(), "the markup is 99 x 98 pixels", given.files);
    }
    SECTION("an empty markup") {
        paint(pixels::mask(size.width, size.height));
        check_refusal(given.command(), "the markup marks nothing", given.files);
    }
    SECTION("a markup of everything") {
        paint(pictures::rectangle(size, 0, 0, size.width, size.height));
        check_refusal(given.command(), "no whole patch", given.files);
    }
    SECTION("a photo above the pixel budget, of which only the header exists") {
        // PNG signature and IHDR of 60000 x 60000 pixels.
        const unsigned char header[] = {
            0x89, 'P',  'N',  'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 'I',  'H',  'D',  'R', 0,
            0,    0xea, 0x60, 0,   0,    0xea, 0x60, 8,    2, 0, 0, 0,  0x07, 0xab, 0x0e, 0x65};
        pixels::write_file_atomically(given.photo_path,
                                      {reinterpret_cast<const char*>(header), sizeof header});
        check_refusal(given.command(), "photo.png", given.files);
    }
    SECTION("a donor that does not touch the markup") {
        pixels::write_image(path("donor.png"),
                            erasing::tests::painted(pictures::rectangle(size, 0, 0, 20, 20)));
        check_refusal(given.command({"--donor", path("donor.png")}), "does not touch the markup",
                      given.files);
    }
    SECTION("an output in a folder that is not there") {
        check_refusal({given.photo_path.string(), given.markup_path.string(), path("no/out.png")},
                      "create it first", given.files);
    }
    SECTION("an output of an unknown format") {
        check_refusal({given.photo_path.string(), given.markup_path.string(), path("out.gif")},
                      "does not say its format", given.files);
    }
    SECTION("an output that is an input") {
        check_refusal(
            {given.photo_path.string(), given.markup_path.string(), given.photo_path.string()},
            "is also an input", given.files);
    }
}

TEST_CASE("a command line that cannot be understood gets a sentence and the usage") {
    const auto wrong = GENERATE(
        std::vector<std::string>{}, std::vector<std::string>{"a.png", "b.png"},
        std::vector<std::string>{"a.png", "b.png", "c.png", "--threads", "0"},
        std::vector<std::string>{"a.png", "b.png", "c.png", "--seed", "x"},
        std::vector<std::string>{"a.png", "b.png", "c.png", "--hub"},
        std::vector<std::string>{"a.png", "b.png", "c.png", "--grow", "1001"},
        std::vector<std::string>{"a.png", "b.png", "c.png", "--feather", "1"},
        std::vector<std::string>{"a.png", "b.png", "c.png", "--method", "magic"},
        std::vector<std::string>{"a.png", "b.png", "c.png", "--method=seam-carving", "--hub", "h"},
        std::vector<std::string>{"a.png", "b.png", "c.png", "--method=seam-carving", "--donor",
                                 "d.png"},
        std::vector<std::string>{"a.png", "b.png", "c.png", "--rate", "-1"},
        std::vector<std::string>{"a.png", "b.png", "c.png", "--jpeg-quality", "0"},
        std::vector<std::string>{"a.png", "b.png", "c.png", "--in-process", "--hub", "h"},
        std::vector<std::string>{"a.png", "b.png", "c.png", "--nonsense"});
    const ended done = erase_tests::run(erase_path, wrong);
    CHECK(done.code == 2);
    CHECK(done.err.find("usage: erase PHOTO MARKUP OUT") != std::string::npos);
    CHECK(erase_tests::run(erase_path, {"--help"}).code == 0);
}

TEST_CASE("a photograph gives the same bytes with and without the engine") {
    const std::filesystem::path photos = PERDURE_PHOTOS;
    if (!std::filesystem::exists(photos / "or-plane.png")) {
        WARN("skipped: there is no " << photos);
        return;
    }
    const pictures::folder files;
    const std::vector<std::string> command{(photos / "or-plane.png").string(),
                                           (photos / "or-plane-mask.png").string(),
                                           (files / "out.png").string(), "--json"};
    auto without = command;
    without.emplace_back("--in-process");
    CHECK(report_of(erase_tests::run(erase_path, command))["sha256"] ==
          report_of(erase_tests::run(erase_path, without))["sha256"]);
}
