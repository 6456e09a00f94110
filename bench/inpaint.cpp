// SPDX-License-Identifier: Apache-2.0
// What does durability cost a real application? The program `erase`, durable and in-process, on the
// same pictures; both must write the same bytes.
#include "bench/benchmarks.hpp"
#include "bench/measure.hpp"
#include "bench/process.hpp"

#include <perdure/inpaint/image_io.hpp>

#include <algorithm>
#include <random>

namespace perdure::bench {
namespace {

namespace fs = std::filesystem;

struct picture {
    std::string name;
    fs::path photo, markup;
    std::vector<fs::path> donors;
};

/// Finds NAME.png, NAME-mask.png and any NAME-donor*.png.
std::vector<picture> pictures_in(const fs::path& directory) {
    if (!fs::is_directory(directory))
        throw wrong_usage("--photos takes a directory, not '" + directory.string() + "'");
    std::vector<fs::path> files;
    for (const auto& each : fs::directory_iterator(directory))
        files.push_back(each.path());
    std::sort(files.begin(), files.end());
    std::vector<picture> found;
    for (const auto& each : files) {
        const std::string name = each.stem().string();
        const fs::path markup = directory / (name + "-mask.png");
        if (each.extension() != ".png" || !fs::exists(markup))
            continue;
        picture one{name, each, markup, {}};
        for (const auto& other : files)
            if (other.filename().string().starts_with(name + "-donor"))
                one.donors.push_back(other);
        found.push_back(std::move(one));
    }
    if (found.empty())
        throw wrong_usage("there is no NAME.png with a NAME-mask.png in '" + directory.string() +
                          "'");
    return found;
}

/// A slanted pattern with some noise, and a disc to be taken out of it.
picture drawn_in(const fs::path& directory, int side) {
    using namespace perdure::inpaint;
    image photo(side, side);
    image markup(side, side);
    std::mt19937 random(1);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const auto at = static_cast<std::size_t>(3 * (y * side + x));
            for (int channel = 0; channel < 3; ++channel) {
                const int wave = ((x + 2 * y) / (4 + channel)) % 16;
                photo.rgb[at + static_cast<std::size_t>(channel)] =
                    static_cast<std::uint8_t>(60 + 8 * wave + static_cast<int>(random() % 12));
            }
            const int across = 2 * x - side, down = 2 * y - side;
            if (across * across + down * down < side * side / 16)
                std::fill_n(markup.rgb.begin() + static_cast<std::ptrdiff_t>(at), 3, 255);
        }
    picture one{"drawn", directory / "photo.png", directory / "markup.png", {}};
    write_image(one.photo, photo);
    write_image(one.markup, markup);
    return one;
}

struct erased {
    double seconds = 0;
    ending process;
};

erased erase(const fs::path& program, const picture& what, const fs::path& out,
             std::vector<std::string> more) {
    std::vector<std::string> arguments{what.photo.string(), what.markup.string(), out.string(),
                                       "--quiet"};
    for (const auto& each : what.donors) {
        arguments.emplace_back("--donor");
        arguments.push_back(each.string());
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto begin = steady::now();
    child running(program, arguments);
    while (running.read_line()) {
    }
    const ending ended = running.wait();
    if (ended.code != 0)
        throw std::runtime_error(program.string() + " failed on " + what.name + " with " +
                                 std::to_string(ended.code));
    return {seconds_since(begin), ended};
}

figures compare(const fs::path& program, const picture& what, const fs::path& directory) {
    const fs::path durable_out = directory / "durable.png";
    const fs::path in_process_out = directory / "in-process.png";
    const erased durable =
        erase(program, what, durable_out, {"--hub", (directory / "Erase").string()});
    fs::remove_all(directory / "Erase");
    const erased in_process = erase(program, what, in_process_out, {"--in-process"});
    require(perdure::inpaint::read_file(durable_out) == perdure::inpaint::read_file(in_process_out),
            "the durable picture of " + what.name + " is not the one made in-process");
    return {{"picture", what.name},
            {"durable_seconds", durable.seconds},
            {"in_process_seconds", in_process.seconds},
            {"durable_cpu_seconds", durable.process.cpu_seconds},
            {"in_process_cpu_seconds", in_process.process.cpu_seconds},
            {"durable_rss_max_kib", durable.process.rss_max_kib},
            {"in_process_rss_max_kib", in_process.process.rss_max_kib}};
}

struct settings {
    fs::path program;
    fs::path photos; ///< Empty: one is drawn.
    int side;
};

figures run(const settings& chosen, const plan& wanted) {
    const scratch_directory here(wanted.hub);
    fs::create_directories(here.path());
    const auto pictures = chosen.photos.empty() ? std::vector{drawn_in(here.path(), chosen.side)}
                                                : pictures_in(chosen.photos);
    figures each = figures::array();
    double durable = 0;
    double in_process = 0;
    for (const auto& what : pictures) {
        each.push_back(compare(chosen.program, what, here.path()));
        durable += each.back()["durable_seconds"].get<double>();
        in_process += each.back()["in_process_seconds"].get<double>();
    }
    return {{"pictures", pictures.size()},
            {"durable_seconds", durable},
            {"in_process_seconds", in_process},
            {"durable_to_in_process", durable / in_process},
            {"each", each}};
}

runner prepare(arguments& given) {
    settings chosen{};
    chosen.program = given.text("--erase").value_or(own_program().replace_filename("erase"));
    chosen.photos = given.text("--photos").value_or("");
    chosen.side = static_cast<int>(given.number("--side", 512, 64, 8192));
    if (!fs::exists(chosen.program))
        throw wrong_usage("there is no program '" + chosen.program.string() +
                          "'; build erase (PERDURE_BUILD_APPS), or name it with --erase");
    if (!chosen.photos.empty())
        pictures_in(chosen.photos);
    return [chosen](const plan& wanted) { return run(chosen, wanted); };
}

} // namespace

const benchmark inpaint_benchmark{
    "inpaint",
    "[--photos DIR] [--side N] [--erase PROGRAM]\n"
    "    The program erase, durable and in-process, on every NAME.png in DIR that has a\n"
    "    NAME-mask.png (and NAME-donor*.png), or on a drawn picture of N x N (512) pixels. Both\n"
    "    must write the same bytes.",
    false, prepare};

} // namespace perdure::bench
