// SPDX-License-Identifier: Apache-2.0
// The coarsest level decides the structure of the whole fill and costs almost nothing. The hole is
// peeled from its border inward: each layer is matched only by what is already known around it.
#include <algorithm>

#include "ballots.hpp"
#include "bytes.hpp"
#include "canvas.hpp"
#include "mask_ops.hpp"
#include "patch_search.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/steps.hpp"
#include "random.hpp"
#include "source_draw.hpp"

namespace perdure::inpaint {

namespace {

constexpr int sweeps_per_layer = 6;
// A patch that knows less than this of itself says nothing.
constexpr int known_pixels_min = patch_side;
constexpr int copies_per_start = 3;
// A wide tolerance must be better by this fraction to win: at equal energy narrow keeps more
// detail.
constexpr std::uint64_t wide_handicap = 50;
constexpr sample known_lane{255, 255, 255, 255};

field random_field(const level& where, std::uint64_t seed) {
    field drawn;
    drawn.matches.resize(where.targets().size());
    for (std::uint32_t i = 0; i < drawn.matches.size(); ++i) {
        random_stream random = stream_at(seed, where.targets()[i].x, where.targets()[i].y);
        drawn.matches[i].source = draw_source(where.source_sets()[where.set_of_target(i)], random);
    }
    return drawn;
}

class peeler {
  public:
    peeler(const level& where, std::uint64_t seed)
        : where_(where), seed_(seed), depth_(depths(where.size(), where.hole_pixels())),
          matches_(random_field(where, seed)), painted_(where, no_colours(where)),
          known_(where, no_colours(where)), filled_(no_colours(where)) {
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
        for (int sweep = 0; sweep < sweeps_per_layer; ++sweep)
            searched.sweep(sweep_key(seed_, where_.index(), -layer, sweep), sweep % 2 == 0);
        matches_.matches = searched.matches();
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
            filled_.samples[i] = blend(where_, votes.count(pass{}.tolerance_percent));
            painted_.paint(pixel, filled_.samples[i]);
            known_.paint(pixel, known_lane);
        }
    }

    const level& where_;
    const std::uint64_t seed_;
    const std::vector<std::uint8_t> depth_;
    field matches_;
    canvas painted_;
    canvas known_;
    colours filled_;
};

} // namespace

start_result solve_start(const level& coarsest, const settings& chosen, int start) {
    settings own = chosen;
    own.seed = mix(chosen.seed ^ mix(static_cast<std::uint64_t>(start)));
    peeler peeled(coarsest, own.seed);
    peeled.peel();
    start_result solved{peeled.matches(), 0};
    colours current = peeled.filled();
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
    // Blended colours look better than they are: starts are compared by copies.
    now.mode = vote_mode::sharp;
    now.is_fresh = true;
    for (int i = 0; i < copies_per_start; ++i, ++now.iteration) {
        current = vote(coarsest, solved.matches, current, whole(coarsest), now, own).samples;
        search_once();
    }
    if (start % 2 == 0)
        solved.energy += solved.energy / wide_handicap;
    return solved;
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
