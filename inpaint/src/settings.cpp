// SPDX-License-Identifier: Apache-2.0
// settings: "PIse" | seed u64 | then every other knob as u32, in the order of the struct.
#include "perdure/inpaint/settings.hpp"

#include <array>

#include "bytes.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/image.hpp"

namespace perdure::inpaint {

namespace {

struct knob {
    int settings::*value;
    const char* name;
    int least;
    int most;
};

constexpr std::array<knob, 13> knobs{{
    {&settings::levels_max, "levels_max", 1, 16},
    {&settings::start_count, "start_count", 1, 64},
    {&settings::iterations_max, "iterations_max", 1, 1000},
    {&settings::finest_iterations_max, "finest_iterations_max", 1, 1000},
    {&settings::even_iterations_max, "even_iterations_max", 0, 1000},
    {&settings::sweeps, "sweeps", 1, 64},
    {&settings::reach, "reach", 1, image_size::side_max},
    {&settings::far_sources, "far_sources", 0, 10'000'000},
    {&settings::converged_permille, "converged_permille", 0, 1000},
    {&settings::texture_percent, "texture_percent", 0, 400},
    {&settings::cut_offers, "cut_offers", 0, 1000},
    {&settings::cut_targets_max, "cut_targets_max", 1, 10'000'000},
    {&settings::cut_level_min, "cut_level_min", 0, 15},
}};

} // namespace

settings settings_for(quality wanted) {
    settings chosen;
    if (wanted == quality::fast) {
        chosen.start_count = 2;
        chosen.iterations_max = 2;
        chosen.finest_iterations_max = 2;
        chosen.even_iterations_max = 1;
        chosen.sweeps = 1;
        chosen.far_sources = 3'000;
        chosen.cut_offers = 4;
        chosen.cut_targets_max = 4'000;
        chosen.cut_level_min = 2;
    } else if (wanted == quality::best) {
        chosen.start_count = 32;
        chosen.iterations_max = 60;
        chosen.finest_iterations_max = 60;
        chosen.even_iterations_max = 20;
        chosen.sweeps = 4;
        chosen.reach = image_size::side_max;
        chosen.far_sources = 300'000;
        chosen.converged_permille = 2;
        chosen.cut_offers = 24;
        chosen.cut_targets_max = 40'000;
        chosen.cut_level_min = 0;
    }
    return chosen;
}

std::optional<quality> quality_named(std::string_view name) {
    if (name == "fast")
        return quality::fast;
    if (name == "default")
        return quality::usual;
    if (name == "best")
        return quality::best;
    return std::nullopt;
}

void validate_settings(const settings& chosen) {
    for (const knob& each : knobs) {
        const int value = chosen.*each.value;
        if (value < each.least || value > each.most)
            throw image_error("the setting " + std::string(each.name) + " is " +
                              std::to_string(value) + "; choose a value from " +
                              std::to_string(each.least) + " to " + std::to_string(each.most));
    }
}

std::string settings::encode() const {
    byte_writer out("PIse", 4);
    out.put_u64(seed);
    for (const knob& each : knobs)
        out.put_u32(static_cast<std::uint32_t>(this->*each.value));
    return out.take();
}

settings settings::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIse", 4, "settings");
    settings chosen;
    chosen.seed = in.get_u64();
    for (const knob& each : knobs)
        chosen.*each.value = in.get_int(each.least, each.most);
    in.finish();
    return chosen;
}

} // namespace perdure::inpaint
