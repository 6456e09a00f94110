// SPDX-License-Identifier: Apache-2.0
// The colour of a hole pixel from the votes for it. Sums are integers in a fixed order, so it does
// not depend on who computes it.
#include <algorithm>
#include <cstdlib>
#include <optional>

#include "ballots.hpp"
#include "bytes.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/steps.hpp"
#include "source_draw.hpp"

namespace perdure::inpaint {

namespace {

// A pixel counts as changed when its colour moves by more than this, summed over red, green, blue.
constexpr int visible_change = 3;

sample colour_of(const level& where, ballots& votes, const pass& now) {
    switch (now.mode) {
    case vote_mode::blend:
        return votes.mean(now.tolerance_percent);
    case vote_mode::even:
        return votes.mean(std::nullopt);
    case vote_mode::sharp:
        break;
    }
    return most_supported(where, votes.count(now.tolerance_percent));
}

int change(const sample& before, const sample& after) {
    return std::abs(before.red - after.red) + std::abs(before.green - after.green) +
           std::abs(before.blue - after.blue);
}

} // namespace

vote_result vote(const level& where, const field& matches, const colours& current,
                 const slice_range& slice, const pass& now, const settings&) {
    const int row_begin = static_cast<int>(slice.tile_begin) * level::tile_rows;
    const int row_end = static_cast<int>(slice.tile_end) * level::tile_rows;
    require_whole(where, matches, row_begin - patch_radius, row_end + patch_radius);
    const bool is_first = current.samples.empty();
    if (!is_first && current.samples.size() != where.hole_pixels().size())
        throw image_error("these colours do not belong to this pyramid level; join all its slices");
    ballots votes(where, matches, row_begin, row_end);
    vote_result result;
    result.samples.samples.reserve(slice.hole_end - slice.hole_begin);
    result.statistics.pixel_count = slice.hole_end - slice.hole_begin;
    for (std::uint32_t pixel = slice.hole_begin; pixel < slice.hole_end; ++pixel) {
        votes.move_to(pixel);
        if (!is_first && !now.is_fresh && votes.are_settled()) {
            result.samples.samples.push_back(current.samples[pixel]);
            continue;
        }
        const sample after = where.with_least_texture(pixel, colour_of(where, votes, now));
        const int moved = is_first ? 3 * 255 : change(current.samples[pixel], after);
        const bool is_kept = moved <= visible_change && !now.is_fresh;
        result.samples.samples.push_back(is_kept ? current.samples[pixel] : after);
        result.statistics.changed_count += moved > visible_change ? 1 : 0;
        result.statistics.change_sum += static_cast<std::uint64_t>(moved);
    }
    return result;
}

std::string vote_result::encode() const {
    byte_writer out("PIvr", 1);
    out.put_nested(samples.encode());
    out.put_nested(statistics.encode());
    return out.take();
}

vote_result vote_result::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIvr", 1, "a vote result");
    vote_result decoded;
    decoded.samples = colours::decode(in.get_nested());
    decoded.statistics = vote_statistics::decode(in.get_nested());
    in.finish();
    return decoded;
}

} // namespace perdure::inpaint
