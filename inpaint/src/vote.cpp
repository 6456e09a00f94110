// SPDX-License-Identifier: Apache-2.0
// A hole pixel is covered by up to 49 targets; the source of each votes for a colour. Sums are
// integers in a fixed order, so a pixel's colour does not depend on who computes it.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "bytes.hpp"
#include "canvas.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/steps.hpp"
#include "source_draw.hpp"
#include "vote_weight.hpp"

namespace perdure::inpaint {

namespace {

// A pixel counts as changed when its colour moves by more than this, summed over red, green, blue.
constexpr int visible_change = 3;
// Differences below this mean the same; keeps the variance of perfect matches above zero.
constexpr std::uint32_t variance_min = patch_area * 4;

struct ballot {
    sample colour;
    std::uint32_t cost;
    std::uint32_t depth;
    std::size_t source; // position of the voted pixel
};

struct ballot_box {
    std::array<ballot, patch_area> votes;
    std::size_t count = 0;
};

class voter {
  public:
    voter(const level& where, const field& matches, const pass& now, int row_begin, int row_end)
        : where_(where), matches_(matches), now_(now),
          map_(where, row_begin - patch_radius, row_end + patch_radius) {}

    sample colour(std::uint32_t pixel) const {
        ballot_box box;
        collect(pixel, true, box);
        if (box.count == 0)
            collect(pixel, false, box);
        return now_.mode == vote_mode::blend ? blend(box) : most_supported(box);
    }

  private:
    // With donors, only patches of the pixel's own source set vote for it.
    void collect(std::uint32_t pixel, bool only_own_set, ballot_box& box) const {
        const point here = where_.hole_pixels()[pixel];
        const std::uint16_t set = where_.set_of_hole_pixel(pixel);
        const auto width = static_cast<std::size_t>(where_.size().width);
        for (int dy = -patch_radius; dy <= patch_radius; ++dy)
            for (int dx = -patch_radius; dx <= patch_radius; ++dx) {
                const std::uint32_t target = map_.at(here.x + dx, here.y + dy);
                if (target == target_map::none)
                    continue;
                if (only_own_set && where_.set_of_target(target) != set)
                    continue;
                const match& each = matches_.matches[target];
                const auto x = static_cast<std::size_t>(each.source.x - dx);
                const auto y = static_cast<std::size_t>(each.source.y - dy);
                box.votes[box.count++] = {where_.samples()[y * width + x], each.cost,
                                          where_.target_depths()[target], y * width + x};
            }
    }

    sample blend(const ballot_box& box) const {
        const std::array<std::uint64_t, patch_area> weights = weigh(box);
        std::uint64_t sums[4] = {};
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < box.count; ++i) {
            const sample& colour = box.votes[i].colour;
            sums[0] += weights[i] * colour.red;
            sums[1] += weights[i] * colour.green;
            sums[2] += weights[i] * colour.blue;
            sums[3] += weights[i] * colour.texture;
            total += weights[i];
        }
        const auto mean = [&](std::uint64_t sum) {
            return static_cast<std::uint8_t>((sum + total / 2) / total);
        };
        return {mean(sums[0]), mean(sums[1]), mean(sums[2]), mean(sums[3])};
    }

    // Patches that copy from the same place vote for the same source pixel. Following the largest
    // such party, not the best single vote, makes large areas copy as one: fewer seams.
    sample most_supported(const ballot_box& box) const {
        const std::array<std::uint64_t, patch_area> weights = weigh(box);
        std::array<std::size_t, patch_area> leaders;
        std::array<std::uint64_t, patch_area> support;
        std::size_t parties = 0;
        for (std::size_t i = 0; i < box.count; ++i) {
            std::size_t party = 0;
            while (party < parties && box.votes[leaders[party]].source != box.votes[i].source)
                ++party;
            if (party == parties) {
                leaders[parties] = i;
                support[parties++] = 0;
            }
            support[party] += weights[i];
        }
        const auto end = support.begin() + static_cast<std::ptrdiff_t>(parties);
        const auto winner = std::max_element(support.begin(), end) - support.begin();
        return box.votes[leaders[static_cast<std::size_t>(winner)]].colour;
    }

    std::array<std::uint64_t, patch_area> weigh(const ballot_box& box) const {
        const std::uint32_t spread = variance(box);
        const std::uint32_t nearest = depth_min(box);
        std::array<std::uint64_t, patch_area> weights;
        for (std::size_t i = 0; i < box.count; ++i)
            weights[i] = std::uint64_t{likeness(box.votes[i].cost, spread)} *
                         trust(box.votes[i].depth - nearest);
        return weights;
    }

    std::uint32_t variance(const ballot_box& box) const {
        std::array<std::uint32_t, patch_area> costs{};
        for (std::size_t i = 0; i < box.count; ++i)
            costs[i] = box.votes[i].cost;
        const auto end = costs.begin() + static_cast<std::ptrdiff_t>(box.count);
        const auto quartile = costs.begin() + static_cast<std::ptrdiff_t>(box.count * 3 / 4);
        std::nth_element(costs.begin(), quartile, end);
        const std::uint64_t tolerated =
            std::uint64_t{*quartile} * static_cast<std::uint64_t>(now_.tolerance_percent) / 100;
        return static_cast<std::uint32_t>(std::max<std::uint64_t>(variance_min, tolerated));
    }

    static std::uint32_t depth_min(const ballot_box& box) {
        std::uint32_t least = 255;
        for (std::size_t i = 0; i < box.count; ++i)
            least = std::min(least, box.votes[i].depth);
        return least;
    }

    const level& where_;
    const field& matches_;
    const pass& now_;
    const target_map map_;
};

int change(const sample& before, const sample& after) {
    return std::abs(before.red - after.red) + std::abs(before.green - after.green) +
           std::abs(before.blue - after.blue);
}

} // namespace

vote_result vote(const level& where, const field& matches, const colours& current,
                 const slice_range& slice, const pass& now, const settings&) {
    require_whole(where, matches);
    if (!current.samples.empty() && current.samples.size() != where.hole_pixels().size())
        throw image_error("these colours do not belong to this pyramid level; join all its slices");
    const voter votes(where, matches, now, static_cast<int>(slice.tile_begin) * level::tile_rows,
                      static_cast<int>(slice.tile_end) * level::tile_rows);
    vote_result result;
    result.samples.samples.reserve(slice.hole_end - slice.hole_begin);
    result.statistics.pixel_count = slice.hole_end - slice.hole_begin;
    for (std::uint32_t pixel = slice.hole_begin; pixel < slice.hole_end; ++pixel) {
        const sample after = votes.colour(pixel);
        result.samples.samples.push_back(after);
        const int moved = current.samples.empty() ? 3 * 255 : change(current.samples[pixel], after);
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
