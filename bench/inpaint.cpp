// SPDX-License-Identifier: Apache-2.0
// What does durability cost a real application? The program `erase`, durable and in-process, on the
// same pictures; both must write the same bytes.
#include "bench/allocator.hpp"
#include "bench/benchmarks.hpp"
#include "bench/measure.hpp"
#include "bench/peers.hpp"
#include "bench/process.hpp"

#include <perdure/inpaint/image_io.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <random>
#include <thread>
#include <utility>

namespace perdure::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view truth_prefix = "gt-";

struct picture {
    std::string name;
    fs::path photo, markup;
    std::vector<fs::path> donors;

    /// The truth is known where a hole was only painted over an intact photograph.
    filling_task task() const { return {photo, markup, name.starts_with(truth_prefix)}; }
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

struct settings {
    fs::path program;
    fs::path photos; ///< Empty: one is drawn.
    int side;
    std::string quality;
    std::uint64_t threads; ///< 0: as many as the program takes by itself.
    std::uint64_t rounds;
    bool is_identity_wanted;
    std::uint64_t kills;
    std::vector<peer> peers;
};

struct erased {
    double seconds = 0;
    ending process;
    figures report; ///< What the program says.
};

std::vector<std::string> arguments_of(const settings& chosen, const picture& what,
                                      const fs::path& out, const std::vector<std::string>& more) {
    std::vector<std::string> arguments{
        what.photo.string(), what.markup.string(), out.string(), "--quiet", "--json",
        "--quality",         chosen.quality};
    if (chosen.threads > 0)
        arguments.insert(arguments.end(), {"--threads", std::to_string(chosen.threads)});
    for (const auto& each : what.donors)
        arguments.insert(arguments.end(), {"--donor", each.string()});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

erased erase(const settings& chosen, const picture& what, const fs::path& out,
             const std::vector<std::string>& more) {
    // The most memory of a child is at least what it was forked with.
    return_free_memory();
    const auto begin = steady::now();
    child running(chosen.program, arguments_of(chosen, what, out, more));
    std::string printed;
    while (const auto line = running.read_line())
        printed = *line;
    const ending ended = running.wait();
    const double seconds = seconds_since(begin);
    if (ended.code != 0)
        throw std::runtime_error(chosen.program.string() + " failed on " + what.name + " with " +
                                 std::to_string(ended.code));
    return {seconds, ended, figures::parse(printed)};
}

/// What disturbs a run only adds to its time, so the quickest of several is the truest.
void keep_quicker(std::optional<erased>& best, erased run) {
    if (!best || run.seconds < best->seconds)
        best = std::move(run);
}

figures compare(const settings& chosen, const picture& what, const fs::path& directory) {
    const fs::path durable_out = directory / "durable.png";
    const fs::path in_process_out = directory / "in-process.png";
    std::optional<erased> durable;
    std::optional<erased> in_process;
    for (std::uint64_t round = 0; round < chosen.rounds; ++round) {
        const fs::path hub = directory / "Erase";
        keep_quicker(durable, erase(chosen, what, durable_out, {"--hub", hub.string()}));
        fs::remove_all(hub);
        keep_quicker(in_process, erase(chosen, what, in_process_out, {"--in-process"}));
        require(inpaint::read_file(durable_out) == inpaint::read_file(in_process_out),
                "the durable picture of " + what.name + " is not the one made in-process");
    }
    const inpaint::mask markup = inpaint::read_mask(what.markup);
    figures found{{"picture", what.name},
                  {"pixels", markup.flags.size()},
                  {"marked", markup.count()},
                  {"durable_seconds", durable->seconds},
                  {"in_process_seconds", in_process->seconds},
                  {"durable_to_in_process", durable->seconds / in_process->seconds},
                  {"durable_cpu_seconds", durable->process.cpu_seconds},
                  {"in_process_cpu_seconds", in_process->process.cpu_seconds},
                  {"durable_rss_max_kib", durable->process.rss_max_kib},
                  {"in_process_rss_max_kib", in_process->process.rss_max_kib},
                  {"energy", in_process->report["energy"]}};
    found.update(judge(what.task(), inpaint::read_image(in_process_out)));
    found["sha256"] = in_process->report["sha256"];
    for (const peer& each : chosen.peers)
        found["peers"].push_back(
            measure_peer(each, what.task(), chosen.rounds, directory / "peer.png"));
    return found;
}

/// The picture on other numbers of threads, so in other slices, with every instruction set, and on
/// both roads. How many runs there were; each must write the same bytes.
std::uint64_t repeat_otherwise(settings chosen, const picture& what, const fs::path& directory,
                               const std::string& sha256) {
    const fs::path hub = directory / "Erase";
    std::uint64_t runs = 0;
    for (const char* const instructions : {"portable", "sse2", "avx2"}) {
        ::setenv("PERDURE_INPAINT_SIMD", instructions, 1);
        for (const std::uint64_t threads : {1, 2, 3, 7, 64})
            for (const auto& road : {std::vector<std::string>{"--in-process"},
                                     std::vector<std::string>{"--hub", hub.string()}}) {
                chosen.threads = threads;
                const erased made = erase(chosen, what, directory / "again.png", road);
                fs::remove_all(hub);
                require(made.report["sha256"] == sha256,
                        what.name + " differs on " + std::to_string(threads) + " threads with " +
                            instructions + " and " + road.front());
                ++runs;
            }
    }
    ::unsetenv("PERDURE_INPAINT_SIMD");
    return runs;
}

/// Kills a run at moments spread over its time, and lets another process go on. How many were
/// under way when they were killed, and how long it took, after that, until work went on: the
/// median, from where the program begins.
void add_kills(figures& found, const settings& chosen, const picture& what,
               const fs::path& directory) {
    const fs::path hub = directory / "Erase";
    const std::vector<std::string> road{"--hub", hub.string()};
    const fs::path out = directory / "killed.png";
    std::vector<double> ready;
    for (std::uint64_t i = 0; i < chosen.kills; ++i) {
        child running(chosen.program, arguments_of(chosen, what, out, road));
        const double moment = static_cast<double>(i + 1) / static_cast<double>(chosen.kills + 1);
        std::this_thread::sleep_for(
            std::chrono::duration<double>(moment * found["durable_seconds"].get<double>()));
        running.kill();
        if (running.wait().code < 0 && fs::exists(hub)) {
            const erased made = erase(chosen, what, out, road);
            require(made.report["sha256"] == found["sha256"],
                    what.name + " differs after it was killed");
            ready.push_back(made.report["ready_seconds"]);
        }
        fs::remove_all(hub);
    }
    found["killed_runs"] = ready.size();
    found["ready_after_kill_seconds"] = nullptr;
    if (ready.empty())
        return;
    std::sort(ready.begin(), ready.end());
    found["ready_after_kill_seconds"] = ready[ready.size() / 2];
}

figures run(const settings& chosen, const plan& wanted) {
    const scratch_directory here(wanted.hub);
    fs::create_directories(here.path());
    const auto pictures = chosen.photos.empty() ? std::vector{drawn_in(here.path(), chosen.side)}
                                                : pictures_in(chosen.photos);
    figures each = figures::array();
    double durable = 0;
    double in_process = 0;
    for (const auto& what : pictures) {
        each.push_back(compare(chosen, what, here.path()));
        durable += each.back()["durable_seconds"].get<double>();
        in_process += each.back()["in_process_seconds"].get<double>();
        if (chosen.is_identity_wanted)
            each.back()["identical_runs"] =
                repeat_otherwise(chosen, what, here.path(), each.back()["sha256"]);
        if (chosen.kills > 0)
            add_kills(each.back(), chosen, what, here.path());
    }
    const std::uint64_t cores = std::max(1U, std::thread::hardware_concurrency());
    return {{"pictures", pictures.size()},
            {"threads", chosen.threads > 0 ? chosen.threads : cores},
            {"quality", chosen.quality},
            {"rounds", chosen.rounds},
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
    chosen.quality = given.choice("--quality", {"default", "fast", "best"});
    chosen.threads = given.number("--threads", 0, 1, 256);
    chosen.rounds = given.number("--rounds", 1, 1, 1000);
    chosen.is_identity_wanted = given.flag("--identity");
    chosen.kills = given.number("--kills", 0, 1, 1000);
    while (const auto other = given.text("--peer"))
        chosen.peers.push_back(peer_from(*other));
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
    "[--photos DIR] [--side N] [--quality Q] [--threads N] [--rounds N]\n"
    "          [--identity] [--kills N] [--peer NAME=COMMAND]... [--erase PROGRAM]\n"
    "    The program erase, durable and in-process, on every NAME.png in DIR that has a\n"
    "    NAME-mask.png (and NAME-donor*.png), or on a drawn picture of N x N (512) pixels. Both\n"
    "    must write the same bytes. Of several rounds the quickest counts. Coherence (the energy,\n"
    "    by a measure that shares nothing with the fill), detail, PSNR and SSIM are those of the\n"
    "    marked pixels; of gt-*.png the photograph itself is the truth.\n"
    "    With --identity every picture is made again on 1, 2, 3, 7 and 64 threads, with every\n"
    "    instruction set, on both roads: 30 times, and the bytes must be the same. With --kills\n"
    "    it is killed so often and must go on to the same bytes; how soon it does is told. With\n"
    "    --peer another program fills the same pictures: sh runs the command, with the photo as\n"
    "    $1, the markup as $2 and a PNG for the result as $3.",
    false, prepare};

} // namespace perdure::bench
