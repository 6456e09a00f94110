// SPDX-License-Identifier: Apache-2.0
// Other programs that fill holes, measured on the same pictures.
#pragma once

#include "bench/measure.hpp"

#include <perdure/inpaint/image.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace perdure::bench {

struct peer {
    std::string name;
    std::string command; ///< For sh; $1 is the photo, $2 the markup, $3 where the result goes.
};

/// From NAME=COMMAND. Throws wrong_usage if one is missing, or the command does not use $1 to $3.
peer peer_from(std::string_view given);

/// A photograph, and which of its pixels are to be filled.
struct filling_task {
    std::filesystem::path photo, markup;
    bool is_truth_known; ///< The photograph itself.
};

/// The quickest of several runs, each of which writes to `out`, how many pixels outside the markup
/// the last result has changed, and how good it is with those of the photo in their place. Throws
/// std::runtime_error if the command fails or leaves no picture of the photo's size.
figures measure_peer(const peer& whom, const filling_task& task, std::uint64_t rounds,
                     const std::filesystem::path& out);

/// What does not depend on who filled it: "coherence" (the energy that inpaint::coherence finds),
/// "detail", and where the truth is known "psnr" and "ssim" (null otherwise).
figures judge(const filling_task& task, const inpaint::image& filled);

} // namespace perdure::bench
