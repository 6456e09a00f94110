// SPDX-License-Identifier: Apache-2.0
// Every knob of a fill. Equal settings, picture, markup and donors give equal pixels, whatever the
// number of threads or slices.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace perdure::inpaint {

/// Patches are patch_side x patch_side pixels; not a setting, because formats and loops know it.
inline constexpr int patch_radius = 3;
inline constexpr int patch_side = 2 * patch_radius + 1;
inline constexpr int patch_area = patch_side * patch_side;

struct settings {
    std::uint64_t seed = 1; // of every random choice
    int levels_max = 12; // 1..16, pyramid levels; fewer when the hole is small
    int start_count = 6; // 1..64, independent starts at the coarsest level, best kept
    int iterations_max = 20; // 1..1000, blending passes per level
    int finest_iterations_max = 8; // 1..1000, the same at the finest level
    int even_iterations_max = 2; // 0..1000, passes with equal votes after them at the finest level
    int sweeps = 2; // 1..64, PatchMatch sweeps per pass
    int reach = 16; // 1..65535 pixels, how far from its match a patch looks, but for first passes
    int far_sources = 20'000; // 0..10'000'000, tried all over the picture when a mode begins
    int converged_permille = 30; // 0..1000, a level ends when fewer hole pixels than this change
    int texture_percent = 50; // 0..400, strength of the texture feature against colour
    int cut_offers = 12; // 0..1000, offsets that are offered to a part of the hole as a whole
    int cut_targets_max = 16'000; // 1..10'000'000, of a part at the level where that happens
    int cut_level_min = 1; // 0..15, the finest level where it does

    bool operator==(const settings&) const = default;

    std::string encode() const;
    /// Throws image_error for anything but bytes made by encode().
    static settings decode(std::string_view bytes);
};

/// How much time a fill may take; each is a choice of settings. `fast` takes about a quarter of the
/// usual time, `best` several times as much.
enum class quality : std::uint8_t { fast, usual, best };

settings settings_for(quality wanted);

/// "fast", "default" or "best"; nothing for any other name.
std::optional<quality> quality_named(std::string_view name);

/// Throws image_error naming the first setting that is out of its range.
void validate_settings(const settings& chosen);

} // namespace perdure::inpaint
