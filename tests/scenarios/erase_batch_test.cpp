// SPDX-License-Identifier: Apache-2.0
// `erase --batch`: a folder in, a folder out; what is broken fails alone, what was killed goes on.
#include "tests/scenarios/erase_case.hpp"

#include <perdure/inpaint/markup.hpp>

using namespace erase_tests;
using Catch::Matchers::Contains;

namespace {

namespace fs = std::filesystem;

struct folder_case {
    pictures::folder files;
    fs::path in = files / "in";
    fs::path out = files / "out";

    /// Three photos to be done: a PNG, a JPEG and one that is no picture; one without a markup.
    folder_case() {
        fs::create_directory(in);
        add("a.png", photo(1));
        add("b.x.jpg", photo(2));
        pixels::write_file_atomically(in / "broken.jpg", "only words");
        pixels::write_image(in / "broken.markup.png", erasing::tests::painted(markup()));
        pixels::write_image(in / "plain.png", photo(3));
    }

    static pixels::image photo(int number) {
        pixels::image picture = pictures::pattern(120, 100);
        for (std::size_t i = 0; i < picture.rgb.size(); i += 3)
            picture.rgb[i] = static_cast<std::uint8_t>(picture.rgb[i] + 20 * number);
        return picture;
    }
    static pixels::mask markup() { return pictures::rectangle({120, 100}, 40, 40, 60, 56); }

    void add(const std::string& name, const pixels::image& picture) const {
        pixels::write_image(in / name, picture);
        pixels::write_image(in / (fs::path(name).stem().string() + ".markup.png"),
                            erasing::tests::painted(markup()));
    }
    void mend() const {
        fs::remove(in / "broken.jpg");
        pixels::write_image(in / "broken.jpg", photo(4));
    }

    std::vector<std::string> command(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> all{"--batch", in.string(), out.string()};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    ended run(const std::vector<std::string>& more = {}) const {
        return erase_tests::run(erase_path, command(more));
    }

    /// Whether OUT holds what fill() makes of the PNG.
    bool is_first_right(int grow = 0) const {
        const auto area = pixels::grow(markup(), grow);
        return pixels::read_image(out / "a.png") == pixels::fill(photo(1), area).picture;
    }
};

const nlohmann::json& of(const nlohmann::json& report, const std::string& photo) {
    for (const auto& each : report["pictures"])
        if (each["photo"] == photo)
            return each;
    FAIL("no " << photo << " in " << report);
    return report;
}

} // namespace

TEST_CASE("a batch writes every photo that has a markup, and says why the others are not done") {
    const folder_case given;

    const ended done = given.run({"--json"});

    INFO(done.err);
    CHECK(done.code == 1);
    const auto report = nlohmann::json::parse(done.out);
    CHECK(report["erased"] == 2);
    CHECK(report["failed"] == 1);
    CHECK(report["skipped"] == 1);
    CHECK(of(report, "a.png")["result"] == "erased");
    CHECK(of(report, "a.png")["levels"] > 0);
    CHECK(of(report, "plain.png")["problem"] == "it has no markup");
    CHECK_THAT(of(report, "broken.jpg")["problem"].get<std::string>(),
               Contains("neither a PNG nor a JPEG"));
    CHECK(given.is_first_right());
    CHECK(pixels::read_image(given.out / "b.x.jpg").size == pixels::image_size{120, 100});
    CHECK_FALSE(fs::exists(given.out / "broken.jpg"));
}

TEST_CASE("mended and run again, only what failed is done") {
    const folder_case given;
    CHECK(given.run({"--quiet"}).code == 1);
    CHECK(fs::exists(given.files / "out.hub"));
    given.mend();

    const auto again = report_of(given.run({"--json", "--quiet"}));

    CHECK(again["erased"] == 3);
    CHECK(fs::exists(given.out / "broken.jpg"));
    CHECK_FALSE(fs::exists(given.files / "out.hub"));
    const auto whole = report_of(given.run({"--json", "--quiet"}));
    CHECK(again["activities"] < whole["activities"]);
    for (const std::string photo : {"a.png", "b.x.jpg", "broken.jpg"})
        CHECK(of(again, photo)["sha256"] == of(whole, photo)["sha256"]);
}

TEST_CASE("what failed is tried again, and what is done is not") {
    const folder_case given;
    const auto first = nlohmann::json::parse(given.run({"--json", "--quiet"}).out);

    const auto again = nlohmann::json::parse(given.run({"--json", "--quiet"}).out);

    CHECK(again["activities"] > 0);
    CHECK(again["activities"] < first["activities"]);
    CHECK(again["erased"] == 2);
    CHECK(again["failed"] == 1);
}

TEST_CASE("a killed batch goes on where it was") {
    const folder_case given;
    given.mend();
    const auto hub = (given.files / "hub").string();
    {
        program killed(erase_path, given.command({"--hub", hub, "--at-once", "1"}));
        killed.read_error_line();
        killed.send(SIGKILL);
        killed.wait();
    }

    const auto report = report_of(given.run({"--json", "--hub", hub, "--at-once", "1"}));

    CHECK(report["erased"] == 3);
    CHECK(given.is_first_right());
    const auto whole = report_of(given.run({"--json"}));
    CHECK(report["activities"] < whole["activities"]);
    CHECK(of(report, "b.x.jpg")["sha256"] == of(whole, "b.x.jpg")["sha256"]);
}

TEST_CASE("a batch prints a line per picture and a sum") {
    const folder_case given;
    given.mend();

    const ended done = given.run({"--grow", "3", "--threads", "1"});

    CHECK(done.code == 0);
    CHECK(std::count(done.out.begin(), done.out.end(), '\n') == 5);
    CHECK_THAT(done.out, Contains("3 erased, 0 failed, 1 skipped in "));
    CHECK_THAT(done.err, Contains("a.png: erased"));
    CHECK(given.is_first_right(3));
}

TEST_CASE("a folder in which there is nothing to do is refused") {
    const folder_case given;
    fs::create_directory(given.files / "empty");
    const std::string empty = (given.files / "empty").string();
    check_refusal({"--batch", (given.files / "gone").string(), given.out.string()},
                  "there is no folder", given.files);
    check_refusal({"--batch", empty, given.out.string()}, "no photo with a markup", given.files);
    check_refusal({"--batch", given.in.string(), given.in.string()}, "would replace the photos",
                  given.files);
    check_refusal({"--batch", given.in.string(), (given.in / "a.png").string()}, "is a file",
                  given.files);
}

TEST_CASE("a batch takes one folder for its results and no options of a single picture") {
    const auto wrong =
        GENERATE(std::vector<std::string>{"--batch", "in"},
                 std::vector<std::string>{"--batch", "in", "a", "b"},
                 std::vector<std::string>{"--batch", "in", "out", "--donor", "d.png"},
                 std::vector<std::string>{"--batch", "in", "out", "--in-process"},
                 std::vector<std::string>{"--batch", "in", "out", "--compare", "p.html"},
                 std::vector<std::string>{"--batch", "in", "out", "--previews", "p"},
                 std::vector<std::string>{"--batch", "in", "out", "--method", "seam-carving"},
                 std::vector<std::string>{"--batch", "in", "out", "--at-once", "0"});
    CHECK(erase_tests::run(erase_path, wrong).code == 2);
}
