// SPDX-License-Identifier: Apache-2.0
// Filling: any picture, markup and donors are filled or are refused. A fill changes marked pixels
// only, is the same for any number of threads, and its levels survive being stored.
#include "target.hpp"

#include <perdure/inpaint/error.hpp>
#include <perdure/inpaint/fill.hpp>
#include <perdure/inpaint/image_io.hpp>
#include <perdure/inpaint/steps.hpp>

#include <algorithm>
#include <array>

using namespace perdure::inpaint;

namespace {

constexpr std::uint8_t side_max = 39;

image_size draw_size(fuzz::source& in) {
    const int width = 1 + in.number(side_max);
    return {width, 1 + in.number(side_max)};
}

image draw_picture(fuzz::source& in) {
    const image_size size = draw_size(in);
    image drawn(size.width, size.height);
    const std::array<std::uint8_t, 4> texture{in.byte(), in.byte(), in.byte(), in.byte()};
    for (std::size_t i = 0; i < drawn.rgb.size(); ++i)
        drawn.rgb[i] = static_cast<std::uint8_t>(texture[i % 4] * (i % 7 + 1));
    if (in.flag())
        drawn.alpha.assign(drawn.size.pixel_count(), in.byte());
    if (in.number(15) == 15)
        drawn.rgb.resize(drawn.rgb.size() - 1);
    return drawn;
}

/// Two rectangles; now and then of another size, or with another number of flags.
mask draw_mask(fuzz::source& in, image_size size) {
    if (in.number(15) == 15)
        size = draw_size(in);
    mask drawn(size.width, size.height);
    for (int i = 0; i < 2; ++i) {
        const int left = in.number(side_max);
        const int top = in.number(side_max);
        const int right = std::min(size.width, left + in.number(12));
        const int bottom = std::min(size.height, top + in.number(12));
        for (int y = top; y < bottom; ++y)
            for (int x = left; x < right; ++x)
                drawn.set(x, y);
    }
    if (in.number(15) == 15)
        drawn.flags.resize(in.number(200));
    return drawn;
}

void check_unmarked(const image& before, const image& after, const mask& markup) {
    for (std::size_t i = 0; i < markup.flags.size(); ++i)
        fuzz::require(markup.flags[i] != 0 ||
                          std::equal(&before.rgb[3 * i], &before.rgb[3 * i] + 3, &after.rgb[3 * i]),
                      "only marked pixels change");
}

void check_levels(const image& picture, const mask& markup, const std::vector<mask>& donors,
                  const settings& chosen) {
    const level_plan planned = plan(markup, chosen);
    for (int index = 0; index < static_cast<int>(planned.levels.size()); ++index) {
        const level built = build_level(picture, markup, donors, planned, index, chosen);
        const std::string stored = built.encode();
        fuzz::require(level::decode(stored).encode() == stored, "a level survives being stored");
        for (int slices = 1; slices < 5; ++slices)
            fuzz::require(slice(built, slices - 1, slices).target_end == built.targets().size(),
                          "the last slice ends where the level ends");
    }
}

} // namespace

void fuzz::test(std::string_view bytes) {
    source in(bytes);
    const image picture = draw_picture(in);
    const mask markup = draw_mask(in, picture.size);
    std::vector<mask> donors;
    for (std::uint8_t left = in.number(2); left > 0; --left)
        donors.push_back(draw_mask(in, picture.size));
    settings chosen;
    chosen.seed = in.byte();
    chosen.start_count = 1 + in.number(1);
    chosen.iterations_max = 1 + in.number(1);
    chosen.even_iterations_max = in.number(1);
    chosen.cut_offers = in.number(4);
    chosen.cut_level_min = 0;
    chosen.sweeps = 1;
    chosen.texture_percent = in.byte();
    try {
        const fill_result once = fill(picture, markup, donors, chosen);
        fill_options threads;
        threads.threads = 3;
        const fill_result again = fill(picture, markup, donors, chosen, threads);
        require(once.picture == again.picture, "threads do not change the picture");
        require(once.energy == again.energy, "threads do not change the energy");
        check_unmarked(picture, once.picture, markup);
    } catch (const image_error&) {
        return;
    }
    check_levels(picture, markup, donors, chosen);
}
