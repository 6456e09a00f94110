// SPDX-License-Identifier: Apache-2.0
#include "bench/peers.hpp"

#include "bench/arguments.hpp"
#include "bench/likeness.hpp"
#include "bench/process.hpp"

#include <perdure/inpaint/coherence.hpp>
#include <perdure/inpaint/image_io.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace perdure::bench {
namespace {

double seconds_of_run(const peer& whom, const filling_task& task,
                      const std::filesystem::path& out) {
    const auto begin = steady::now();
    child running("/bin/sh", {"-c", whom.command, whom.name, task.photo.string(),
                              task.markup.string(), out.string()});
    while (running.read_line()) {
    }
    const ending ended = running.wait();
    const double seconds = seconds_since(begin);
    if (ended.code != 0 || !std::filesystem::exists(out))
        throw std::runtime_error(whom.name + " made no picture of " + task.photo.string() +
                                 "; it ended with " + std::to_string(ended.code));
    return seconds;
}

/// Makes the pixels outside the markup those of the photo. How many were not.
std::uint64_t restore_outside(const inpaint::mask& markup, const inpaint::image& photo,
                              inpaint::image& filled) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < markup.flags.size(); ++i) {
        if (markup.flags[i] != 0)
            continue;
        const auto here = filled.rgb.begin() + static_cast<std::ptrdiff_t>(3 * i);
        if (!std::equal(&photo.rgb[3 * i], &photo.rgb[3 * i] + 3, here))
            ++count;
        std::copy_n(&photo.rgb[3 * i], 3, here);
    }
    return count;
}

} // namespace

peer peer_from(std::string_view given) {
    const std::size_t end = given.find('=');
    const bool has_both = end != std::string_view::npos && end > 0;
    peer found{std::string(given.substr(0, has_both ? end : 0)),
               std::string(has_both ? given.substr(end + 1) : "")};
    for (const char* const needed : {"$1", "$2", "$3"})
        if (found.command.find(needed) == std::string::npos)
            throw wrong_usage("--peer takes NAME=COMMAND, where the command has \"$1\" for the "
                              "photo, \"$2\" for the markup and \"$3\" for the result, not '" +
                              std::string(given) + "'");
    return found;
}

figures measure_peer(const peer& whom, const filling_task& task, std::uint64_t rounds,
                     const std::filesystem::path& out) {
    double quickest = std::numeric_limits<double>::max();
    for (std::uint64_t round = 0; round < rounds; ++round) {
        std::filesystem::remove(out);
        quickest = std::min(quickest, seconds_of_run(whom, task, out));
    }
    const inpaint::image photo = inpaint::read_image(task.photo);
    inpaint::image filled = inpaint::read_image(out);
    if (filled.size != photo.size)
        throw std::runtime_error(whom.name + " made a picture of another size of " +
                                 task.photo.string());
    const std::uint64_t changed = restore_outside(inpaint::read_mask(task.markup), photo, filled);
    figures found = judge(task, filled);
    found["peer"] = whom.name;
    found["seconds"] = quickest;
    found["changed_outside"] = changed;
    return found;
}

figures judge(const filling_task& task, const inpaint::image& filled) {
    const inpaint::mask markup = inpaint::read_mask(task.markup);
    figures found{{"coherence", static_cast<double>(inpaint::coherence(filled, markup)) / 1000},
                  {"detail", nullptr},
                  {"psnr", nullptr},
                  {"ssim", nullptr}};
    if (!task.is_truth_known) {
        found["detail"] = detail_in(markup, filled);
        return found;
    }
    const inpaint::image truth = inpaint::read_image(task.photo);
    const likeness seen = compare_in(markup, truth, filled);
    found["detail"] = detail_in(markup, filled, truth);
    found["psnr"] = seen.psnr;
    found["ssim"] = seen.ssim;
    return found;
}

} // namespace perdure::bench
