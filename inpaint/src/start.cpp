// SPDX-License-Identifier: Apache-2.0
// The coarsest level decides the structure of the whole fill and costs almost nothing, so it is
// solved from several first guesses. Some peel the hole from its border inward, each layer matched
// only by what is already known around it; others go along edges.
#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "ballots.hpp"
#include "bytes.hpp"
#include "canvas.hpp"
#include "edge_guess.hpp"
#include "exact_search.hpp"
#include "mask_ops.hpp"
#include "patch_search.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/steps.hpp"
#include "random.hpp"
#include "source_draw.hpp"
#include "start.hpp"

namespace perdure::inpaint {

namespace {

constexpr int sweeps_from_scratch = 6; // per layer
constexpr int sweeps_from_guess = 3;
// A patch that knows less than this of itself says nothing.
constexpr int known_pixels_min = patch_side;
// Up to here it takes a few milliseconds to compare every source with every target.
constexpr std::uint64_t exact_comparisons_max = 3'000'000;

class peeler {
  public:
    peeler(const level& where, field guess, int sweeps_per_layer, std::uint64_t seed)
        : where_(where), sweeps_per_layer_(sweeps_per_layer), seed_(seed),
          depth_(depths(where.size(), where.hole_pixels())), matches_(std::move(guess)),
          painted_(where, no_colours(where)), known_(where, no_colours(where)),
          filled_(no_colours(where)) {
        for (int y = 0; y < rows(); ++y)
            for (int x = 0; x < where.size().width; ++x) {
                const point here{static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)};
                known_.paint(here, known_lane);
            }
        for (const point& pixel : where.hole_pixels())
            known_.paint(pixel, sample{});
    }

    void peel() {
        const int last = *std::max_element(depth_.begin(), depth_.end());
        for (int layer = 1; layer <= last; ++layer) {
            match_by_known(layer);
            fill_layer(layer);
        }
    }

    const field& matches() const { return matches_; }
    const colours& filled() const { return filled_; }

  private:
    int rows() const { return where_.size().height; }

    static colours no_colours(const level& where) {
        colours none;
        none.samples.resize(where.hole_pixels().size());
        return none;
    }

    void match_by_known(int layer) {
        patch_search searched(where_, matches_, painted_, 0, rows(), &known_);
        for (int sweep = 0; sweep < sweeps_per_layer_; ++sweep)
            searched.sweep(sweep_key(seed_, where_.index(), -layer, sweep), sweep % 2 == 0);
        matches_.matches.assign(searched.matches().begin(), searched.matches().end());
    }

    int known_count(point centre) const {
        int count = 0;
        for (int y = centre.y - patch_radius; y <= centre.y + patch_radius; ++y)
            for (int x = centre.x - patch_radius; x <= centre.x + patch_radius; ++x)
                count += *known_.at(x, y) == known_lane ? 1 : 0;
        return count;
    }

    // Votes with costs as if the whole patch had been compared.
    void fill_layer(int layer) {
        field scaled = matches_;
        for (std::uint32_t i = 0; i < scaled.matches.size(); ++i) {
            const int count = known_count(where_.targets()[i]);
            std::uint64_t cost = std::uint64_t{scaled.matches[i].cost} * patch_area;
            cost = count < known_pixels_min ? match::cost_max : cost / static_cast<unsigned>(count);
            scaled.matches[i].cost =
                std::min<std::uint64_t>(cost, match::cost_max) & match::cost_max;
        }
        ballots votes(where_, scaled, 0, rows());
        for (std::uint32_t i = 0; i < filled_.samples.size(); ++i) {
            if (depth_[i] != layer)
                continue;
            const point pixel = where_.hole_pixels()[i];
            votes.move_to(i);
            filled_.samples[i] = where_.with_least_texture(i, votes.mean(pass{}.tolerance_percent));
            painted_.paint(pixel, filled_.samples[i]);
            known_.paint(pixel, known_lane);
        }
    }

    const level& where_;
    const int sweeps_per_layer_;
    const std::uint64_t seed_;
    const std::vector<std::uint8_t> depth_;
    field matches_;
    canvas painted_;
    canvas known_;
    colours filled_;
};

// Starts take turns in pairs, one with each tolerance. Peeling is the better guess at most holes,
// and each time another one.
bool goes_along_edges(int start) {
    return start / 2 % 4 == 1;
}

/// The sum of costs.
std::uint64_t match_exactly(const level& where, const colours& filled, field& matches) {
    const canvas painted(where, filled);
    const exact_search sources(where);
    std::vector<std::uint32_t> targets;
    for (std::uint32_t i = 0; i < matches.matches.size(); ++i) {
        match& each = matches.matches[i];
        each.cost = sources.cost_of(i, painted, each.source) & match::cost_max;
        each.is_settled = false;
        targets.push_back(i);
    }
    sources.improve(targets, painted, matches);
    std::uint64_t sum = 0;
    for (const match& each : matches.matches)
        sum += each.cost;
    return sum;
}

/// Gradients in the hole beside those of the known pixels around it: 1000 if as strong or stronger,
/// at least 1. A blend that has matched smooth parts to everything has little energy and few of
/// them, and no finer level brings lost things back.
std::uint64_t detail_kept(const level& where, const colours& filled) {
    const canvas painted(where, filled);
    const auto width = static_cast<std::size_t>(where.size().width);
    std::vector<bool> is_hole(where.size().pixel_count());
    for (const point& each : where.hole_pixels())
        is_hole[each.y * width + each.x] = true;
    const auto luma = [&](int x, int y) {
        const sample& here = *painted.at(x, y);
        return here.red + 2 * here.green + here.blue;
    };
    struct {
        std::uint64_t gradients = 0, count = 0;
    } inside, around;
    for (const point& here : where.targets()) {
        const std::size_t at = here.y * width + here.x;
        if (!is_hole[at] && (is_hole[at + 1] || is_hole[at + width]))
            continue;
        auto& part = is_hole[at] ? inside : around;
        part.gradients +=
            static_cast<std::uint64_t>(std::abs(luma(here.x + 1, here.y) - luma(here.x, here.y)) +
                                       std::abs(luma(here.x, here.y + 1) - luma(here.x, here.y)));
        ++part.count;
    }
    if (inside.count * around.gradients == 0)
        return 1000;
    const std::uint64_t permille =
        inside.gradients * around.count * 1000 / (around.gradients * inside.count);
    return std::clamp<std::uint64_t>(permille, 1, 1000);
}

bool is_small(const level& where) {
    return exact_search::comparison_count(where) <= exact_comparisons_max;
}

settings own_of(const settings& chosen, int start) {
    settings own = chosen;
    own.seed = mix(chosen.seed ^ mix(static_cast<std::uint64_t>(start)));
    return own;
}

/// What the hole may look like, and where that comes from.
struct first_guess {
    field matches;
    colours filled;
};

first_guess peel(const level& where, field guess, int sweeps_per_layer, std::uint64_t seed) {
    peeler peeled(where, std::move(guess), sweeps_per_layer, seed);
    peeled.peel();
    return {peeled.matches(), peeled.filled()};
}

/// Searches and votes until nothing changes, and compares with other starts.
start_result settle(const level& coarsest, first_guess guess, const settings& own, int start) {
    start_result solved{std::move(guess.matches), 0};
    colours current = std::move(guess.filled);
    pass now = first_pass(coarsest.index(), start, own);
    const auto search_once = [&] {
        search_result found = search(coarsest, solved.matches, current, whole(coarsest), now, own);
        solved = {std::move(found.matches), found.statistics.cost_sum};
    };
    while (now.mode == vote_mode::blend && !now.is_done) {
        search_once();
        vote_result votes = vote(coarsest, solved.matches, current, whole(coarsest), now, own);
        current = std::move(votes.samples);
        now = next_pass(now, votes.statistics, own);
    }
    const std::uint64_t kept = detail_kept(coarsest, current);
    // Blended colours look better than they are: starts are compared by copies.
    now.mode = vote_mode::sharp;
    now.is_fresh = true;
    current = vote(coarsest, solved.matches, current, whole(coarsest), now, own).samples;
    if (is_small(coarsest))
        solved.energy = match_exactly(coarsest, current, solved.matches);
    else
        search_once();
    solved.energy = solved.energy * 1000 / kept;
    return solved;
}

} // namespace

field random_field(const level& where, std::uint64_t seed) {
    field drawn;
    drawn.matches.resize(where.targets().size());
    for (std::uint32_t i = 0; i < drawn.matches.size(); ++i) {
        random_stream random = stream_at(seed, where.targets()[i].x, where.targets()[i].y);
        drawn.matches[i].source = draw_source(where.source_sets()[where.set_of_target(i)], random);
    }
    return drawn;
}

start_result solve_start(const level& coarsest, const settings& chosen, int start) {
    const settings own = own_of(chosen, start);
    field scattered = random_field(coarsest, own.seed);
    if (is_small(coarsest) && goes_along_edges(start))
        return settle(coarsest, {std::move(scattered), guess_along_edges(coarsest)}, own, start);
    return settle(coarsest, peel(coarsest, std::move(scattered), sweeps_from_scratch, own.seed),
                  own, start);
}

start_result solve_from(const level& where, const field& guess, const settings& chosen, int start) {
    const settings own = own_of(chosen, start);
    return settle(where, peel(where, guess, sweeps_from_guess, own.seed), own, start);
}

std::size_t best_start(std::span<const std::uint64_t> energies) {
    if (energies.empty())
        throw image_error("there is no start to choose from; solve at least one");
    return static_cast<std::size_t>(std::min_element(energies.begin(), energies.end()) -
                                    energies.begin());
}

std::string start_result::encode() const {
    byte_writer out("PIst", 1);
    out.put_nested(matches.encode());
    out.put_u64(energy);
    return out.take();
}

start_result start_result::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIst", 1, "a start");
    start_result decoded;
    decoded.matches = field::decode(in.get_nested());
    decoded.energy = in.get_u64();
    in.finish();
    return decoded;
}

} // namespace perdure::inpaint
