// SPDX-License-Identifier: Apache-2.0
// The command line of `erase`.
#pragma once

#include <perdure/inpaint/settings.hpp>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace erase_app {

/// One sentence for the user; the program ends with exit code 1.
class refusal : public std::runtime_error {
  public:
    explicit refusal(const std::string& sentence) : std::runtime_error(sentence) {}
};

/// A command line that cannot be understood; the usage follows it, the exit code is 2.
class usage_error : public refusal {
  public:
    using refusal::refusal;
};

enum class erase_method { fill, seam_carving };

struct options {
    std::filesystem::path photo;
    std::filesystem::path markup;
    std::filesystem::path out;
    std::vector<std::filesystem::path> donors;
    std::filesystem::path hub; ///< Empty: a folder beside `out`, gone again after success.
    int threads = 0; ///< 1..256
    int grow = 0; ///< Pixels that the markup is grown by.
    int feather = 0; ///< Pixels of its edge over which original and fill are mixed.
    int jpeg_quality = 95;
    erase_method method = erase_method::fill;
    std::filesystem::path compare; ///< A page to write; empty: none.
    std::filesystem::path
        batch; ///< A folder of photos and markups; `out` is one, too. Empty: none.
    int at_once = 2; ///< Pictures of a batch that are filled at the same time.
    std::filesystem::path previews; ///< A folder for a picture per level; empty: none.
    double dollars_per_gb_second = 0.000016; ///< What Azure Functions charges.
    bool is_cost = false;
    std::uint64_t seed = 1;
    perdure::inpaint::quality quality = perdure::inpaint::quality::usual;
    bool is_in_process = false;
    bool is_json = false;
    bool is_quiet = false;
    bool is_help = false;

    bool keeps_hub() const { return !hub.empty(); }
    /// The task hub's folder: --hub, or OUT.hub.
    std::filesystem::path hub_folder() const;
    /// Where decoded photos are copied to while a run is under way.
    std::filesystem::path copies_folder() const { return hub_folder() / "decoded"; }
};

std::string_view usage() noexcept;

/// Throws usage_error.
options parse_options(const std::vector<std::string>& arguments);

} // namespace erase_app
