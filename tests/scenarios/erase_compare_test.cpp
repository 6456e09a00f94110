// SPDX-License-Identifier: Apache-2.0
// The other method, the page that shows both, previews, and what it all cost.
#include "tests/scenarios/erase_case.hpp"

#include <perdure/inpaint/seam_carving.hpp>

using namespace erase_tests;
using Catch::Matchers::Contains;

TEST_CASE("the option --method seam-carving writes what carve() computes") {
    const program_case given;
    const auto report = report_of(given.run({"--method", "seam-carving", "--json"}));

    const auto carved = pixels::carve(given.photo, given.markup);
    CHECK(pixels::read_image(given.out) == carved.picture);
    CHECK(report["method"] == "seam-carving");
    CHECK(report["seams"] == carved.seam_count);
    CHECK(report["instance"].is_null());
    CHECK(given.files.file_count() == 3);
}

TEST_CASE("the option --compare writes a page that needs no other file, beside the picture") {
    const program_case given;
    const auto page = given.files / "page.html";
    const auto road =
        GENERATE(std::vector<std::string>{}, std::vector<std::string>{"--in-process"});
    auto more = road;
    more.insert(more.end(), {"--compare", page.string()});

    REQUIRE(given.run(more).code == 0);

    CHECK(pixels::read_image(given.out) == given.filled().picture);
    const std::string html = pixels::read_file(page);
    CHECK_THAT(html, Contains("photo.png") && Contains("Seam carving") && Contains("170 × 160"));
    std::size_t pictures = 0;
    for (auto at = html.find("src=\""); at != std::string::npos; at = html.find("src=\"", at + 1)) {
        CHECK(html.compare(at + 5, 22, "data:image/jpeg;base64") == 0);
        ++pictures;
    }
    CHECK(pictures == 4);
    CHECK_THAT(html, !Contains("{{") && !Contains("http:") && !Contains("https:"));
    CHECK(given.files.file_count() == 4);
}

TEST_CASE("a page cannot be written over an input or the picture") {
    const program_case given;
    check_refusal(given.command({"--compare", given.photo_path.string()}), "is also an input",
                  given.files);
    check_refusal(given.command({"--compare", given.out.string()}), "name another file",
                  given.files);
    check_refusal(given.command({"--compare", (given.files / "no/page.html").string()}),
                  "create it first", given.files);
}

TEST_CASE("the option --previews writes a picture of every level, the same on both roads") {
    const program_case given;
    const auto levels = [&](const std::string& folder, std::vector<std::string> more) {
        more.insert(more.end(), {"--previews", (given.files / folder).string(), "--json"});
        return report_of(given.run(more))["levels"].get<int>();
    };
    const int count = levels("durable", {});
    CHECK(levels("in-process", {"--in-process"}) == count);

    for (int i = 1; i <= count; ++i) {
        const std::string name =
            "/level-" + std::to_string(i) + "-of-" + std::to_string(count) + ".png";
        const auto seen = pixels::read_image(given.files / ("durable" + name));
        CHECK(seen == pixels::read_image(given.files / ("in-process" + name)));
        CHECK((seen.size == given.photo.size) == (i == count));
        if (i == count)
            CHECK(changed_outside(given.photo, seen, given.markup) == 0);
    }
}

TEST_CASE("a folder for previews that cannot be made is refused before anything is computed") {
    const program_case given;
    check_refusal(given.command({"--previews", (given.photo_path / "below").string()}),
                  "for the previews", given.files);
}

TEST_CASE("erase says what it cost at the rate it was given") {
    const program_case given;
    const auto cost = report_of(given.run({"--in-process", "--json", "--rate", "0.5"}))["cost"];
    CHECK(cost["cpu_seconds"] > 0);
    CHECK(cost["peak_bytes"] > 1'000'000);
    CHECK(cost["dollars_per_gb_second"] == 0.5);
    CHECK(cost["dollars"].get<double>() == Approx(0.5 * cost["gb_seconds"].get<double>()));
    CHECK(cost["talk_dollars"] == 0.2);

    const ended plain = given.run({"--in-process", "--cost"});
    CHECK_THAT(plain.out, Contains("GB-seconds") && Contains("$0.2"));
}

// With a sanitizer a program has several times the memory.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("an erase in the process takes at most three times the memory of the decoded picture") {
    const pictures::folder files;
    const auto photo = pictures::pattern(2592, 1754);
    pixels::write_image(files / "photo.png", photo);
    pixels::write_image(files / "markup.png", erasing::tests::painted(pictures::rectangle(
                                                  photo.size, 700, 500, 1200, 1100)));

    const auto report =
        report_of(run(erase_path, {(files / "photo.png").string(), (files / "markup.png").string(),
                                   (files / "out.png").string(), "--in-process", "--json"}));

    CHECK(report["cost"]["peak_bytes"] <= 3 * photo.rgb.size());
}
#endif
