// SPDX-License-Identifier: Apache-2.0
// A part is divided twice, side by side and with other offers each. Of the two divisions one is
// offered to the other, so that each target has what is better of both.
#include "cut_parts.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "copy_costs.hpp"
#include "hole_parts.hpp"
#include "minimum_cut.hpp"
#include "perdure/inpaint/workers.hpp"
#include "random.hpp"

namespace perdure::inpaint {

namespace {

// A smaller part is copied as one anyway.
constexpr std::size_t targets_min = 300;
// Half as many offsets as are frequent are offered besides, each the best of so many drawn ones,
// as far as some targets at the border of the hole can tell.
constexpr int draws_per_offer = 64;
constexpr int draw_reach = 64;
constexpr std::size_t probe_count = 64;
// Of a node's costs, its own and what it has part in of four seams, each of at most two steps.
constexpr std::int64_t dearest_patch = std::int64_t{patch_area} * 3 * 255 * 255;
static_assert(32 * dearest_patch < std::int64_t{1} << 31, "a cut could not add them up");

std::vector<cut_grid::neighbours> neighbours_of(std::span<const point> centres) {
    std::vector<cut_grid::neighbours> all(centres.size());
    std::uint32_t below = 0;
    for (std::uint32_t i = 0; i < centres.size(); ++i) {
        const point here = centres[i];
        if (i + 1 < centres.size() && centres[i + 1] == point{std::uint16_t(here.x + 1), here.y})
            all[i].right = i + 1;
        const point wanted{here.x, std::uint16_t(here.y + 1)};
        while (below < centres.size() &&
               std::pair(centres[below].y, centres[below].x) < std::pair(wanted.y, wanted.x))
            ++below;
        if (below < centres.size() && centres[below] == wanted)
            all[i].below = below;
    }
    return all;
}

/// What all targets of a part copy from, changed by one cut after the other.
class division {
  public:
    /// As the matches have it.
    division(const copy_costs& costs, const cut_grid& grid, const field& matches)
        : costs_(costs), grid_(grid), cut_(grid) {
        nodes_.reserve(costs.centres().size());
        for (std::uint32_t i = 0; i < costs.centres().size(); ++i) {
            const offset way = costs.way_in(matches, i);
            nodes_.push_back({way, costs.alone(i, way)});
        }
    }

    /// Takes turns with so many others: the one with number `turn` offers every count-th of the
    /// most frequent offsets, and as large a share of drawn ones.
    void offer_share(int turn, int count, const settings& chosen, std::uint64_t key) {
        const std::vector<offset> frequent = most_frequent(chosen.cut_offers);
        for (auto i = static_cast<std::size_t>(turn); i < frequent.size();
             i += static_cast<std::size_t>(count))
            offer(frequent[i]);
        const point first = costs_.centres()[0];
        random_stream random =
            stream_at(mix(key + static_cast<std::uint64_t>(turn)), first.x, first.y);
        for (const offset& each : most_promising(chosen.cut_offers / (2 * count), random))
            offer(each);
    }

    /// Each target is offered what it copies from in the other one.
    void offer(const division& other) {
        for (std::size_t i = 0; i < nodes_.size(); ++i)
            nodes_[i].offered = other.nodes_[i].way;
        cut();
    }

    void put_into(field& matches) const {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            const point centre = costs_.centres()[i];
            matches.matches[costs_.targets()[i]].source = {
                static_cast<std::uint16_t>(centre.x + nodes_[i].way.dx),
                static_cast<std::uint16_t>(centre.y + nodes_[i].way.dy)};
        }
    }

  private:
    struct node {
        offset way;
        std::int64_t cost = 0; // of its way alone
        // Of what is being offered:
        offset offered = {};
        bool may_take = false;
        std::int64_t cost_of_offered = 0;
        std::int64_t step = 0; // from its way
    };

    std::vector<offset> most_frequent(int count) const {
        std::vector<offset> all;
        for (const node& each : nodes_)
            all.push_back(each.way);
        std::ranges::sort(all);
        std::vector<std::pair<std::ptrdiff_t, offset>> counted; // the most frequent one first
        for (auto first = all.begin(); first != all.end();) {
            const auto last =
                std::find_if(first, all.end(), [&](const offset& each) { return each != *first; });
            counted.emplace_back(first - last, *first);
            first = last;
        }
        std::ranges::sort(counted);
        std::vector<offset> frequent;
        for (const auto& each : counted)
            if (static_cast<int>(frequent.size()) < count)
                frequent.push_back(each.second);
        return frequent;
    }

    struct promise {
        std::int64_t gain;
        offset way;
        auto operator<=>(const promise&) const = default;
    };

    // Passes try a source for one target. These would suit many, though not the best for any.
    std::vector<offset> most_promising(int count, random_stream& random) const {
        const std::vector<std::uint32_t> probes = border_probes();
        std::vector<promise> drawn;
        for (int i = 0; i < draws_per_offer * count; ++i) {
            const offset way{random.between(-draw_reach, draw_reach),
                             random.between(-draw_reach, draw_reach)};
            drawn.push_back({gain_of(way, probes), way});
        }
        std::ranges::sort(drawn, std::greater());
        drawn.resize(std::min(drawn.size(), 2 * static_cast<std::size_t>(count)));
        for (promise& each : drawn)
            each = best_around(each, probes);
        std::ranges::sort(drawn, std::greater());
        drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
        std::vector<offset> best;
        for (const promise& each : drawn)
            if (each.gain > 0 && static_cast<int>(best.size()) < count)
                best.push_back(each.way);
        return best;
    }

    std::vector<std::uint32_t> border_probes() const {
        std::vector<std::uint32_t> border;
        for (std::uint32_t i = 0; i < nodes_.size(); ++i)
            if (costs_.sees_known(i))
                border.push_back(i);
        const std::size_t count = std::min(probe_count, border.size());
        std::vector<std::uint32_t> probes;
        for (std::size_t i = 0; i < count; ++i)
            probes.push_back(border[i * border.size() / count]);
        return probes;
    }

    // If those took it that are better off with it.
    std::int64_t gain_of(offset way, std::span<const std::uint32_t> probes) const {
        std::int64_t gain = 0;
        for (const std::uint32_t each : probes)
            if (costs_.may_use(each, way))
                gain += std::max<std::int64_t>(0, nodes_[each].cost - costs_.alone(each, way));
        return gain;
    }

    promise best_around(promise best, std::span<const std::uint32_t> probes) const {
        for (const int reach : {4, 2, 1}) {
            const offset middle = best.way;
            for (int dy = -reach; dy <= reach; dy += reach)
                for (int dx = -reach; dx <= reach; dx += reach) {
                    const offset way{middle.dx + dx, middle.dy + dy};
                    best = std::max(best, promise{gain_of(way, probes), way});
                }
        }
        return best;
    }

    void offer(offset offered) {
        for (node& each : nodes_)
            each.offered = offered;
        cut();
    }

    // Those take what is offered to them that lower the cost of all by that.
    void cut() {
        cut_.clear();
        for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
            node& each = nodes_[i];
            each.may_take = each.offered != each.way && costs_.may_use(i, each.offered);
            if (!each.may_take)
                continue;
            each.cost_of_offered = costs_.alone(i, each.offered);
            each.step = costs_.step(i, each.way, each.offered);
            cut_.add_cost_of_leaving(i, each.cost - each.cost_of_offered);
        }
        for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
            const auto& [right, below] = grid_.of(i);
            if (right != cut_grid::none)
                meet(i, right, minimum_cut::side::right);
            if (below != cut_grid::none)
                meet(i, below, minimum_cut::side::below);
        }
        cut_.solve();
        for (std::uint32_t i = 0; i < nodes_.size(); ++i)
            if (cut_.is_taken(i)) {
                nodes_[i].way = nodes_[i].offered;
                nodes_[i].cost = nodes_[i].cost_of_offered;
            }
    }

    // The seam between two neighbours, whatever they do.
    void meet(std::uint32_t first, std::uint32_t next, minimum_cut::side where) {
        const node& one = nodes_[first];
        const node& other = nodes_[next];
        if (!one.may_take && !other.may_take)
            return;
        const auto seam = [&](offset of_first, offset of_next) {
            return of_first == of_next
                       ? 0
                       : step(first, of_first, of_next) + step(next, of_next, of_first);
        };
        const std::int64_t both_left = seam(one.way, other.way);
        if (one.may_take && other.may_take) {
            const std::int64_t both_taken = seam(one.offered, other.offered);
            cut_.add_cost_of_leaving(first, -both_taken);
            cut_.add_pair(first, where, both_left, seam(one.way, other.offered),
                          seam(one.offered, other.way) - both_taken);
        } else if (one.may_take) {
            cut_.add_cost_of_leaving(first, both_left - seam(one.offered, other.way));
        } else {
            cut_.add_cost_of_leaving(next, both_left - seam(one.way, other.offered));
        }
    }

    std::int64_t step(std::uint32_t i, offset own, offset other) const {
        const node& here = nodes_[i];
        const bool is_at_hand = here.may_take && ((own == here.way && other == here.offered) ||
                                                  (own == here.offered && other == here.way));
        return is_at_hand ? here.step : costs_.step(i, own, other);
    }

    const copy_costs& costs_;
    const cut_grid& grid_;
    minimum_cut cut_;
    std::vector<node> nodes_;
};

/// What it holds is there from when the first division begins until the last one is done, so that
/// only parts that threads are at take memory.
class divided_part {
  public:
    static constexpr int turns = 2;

    divided_part(const level& where, std::span<const std::uint32_t> targets)
        : where_(where), targets_(targets) {}

    /// Once for each turn, in any order or at once. The last one puts what is best into the
    /// matches.
    void divide(int turn, const settings& chosen, std::uint64_t key, field& matches) {
        std::call_once(is_begun_, [&] {
            costs_.emplace(where_, targets_, matches);
            grid_.emplace(neighbours_of(costs_->centres()));
        });
        divisions_[static_cast<std::size_t>(turn)]
            .emplace(*costs_, *grid_, matches)
            .offer_share(turn, turns, chosen, key);
        if (++done_count_ == turns)
            join(matches);
    }

  private:
    void join(field& matches) {
        divisions_[0]->offer(*divisions_[1]);
        divisions_[0]->put_into(matches);
        for (std::optional<division>& each : divisions_)
            each.reset();
        grid_.reset();
        costs_.reset();
    }

    const level& where_;
    const std::span<const std::uint32_t> targets_;
    std::once_flag is_begun_;
    std::optional<copy_costs> costs_;
    std::optional<cut_grid> grid_;
    std::array<std::optional<division>, turns> divisions_;
    std::atomic<int> done_count_ = 0;
};

// At the finest level at which it may be and is not too large. The finest level of all, where it
// may be, comes in addition to the next one.
bool is_cut_at(const level& where, std::size_t target_count, const settings& chosen) {
    const auto most = static_cast<std::size_t>(chosen.cut_targets_max);
    return target_count >= targets_min && target_count <= most &&
           (where.index() <= std::max(1, chosen.cut_level_min) || 4 * target_count > most);
}

} // namespace

void cut_parts(const level& where, const settings& chosen, int threads, field& matches) {
    if (chosen.cut_offers == 0 || where.index() < chosen.cut_level_min)
        return;
    hole_parts parts(where);
    std::vector<std::uint32_t> counts(where.targets().size());
    for (std::uint32_t i = 0; i < counts.size(); ++i)
        ++counts[parts.of(i)];
    std::vector<std::uint32_t> cut;
    for (std::uint32_t i = 0; i < counts.size(); ++i)
        if (counts[i] > 0 && is_cut_at(where, counts[i], chosen))
            cut.push_back(i);
    const std::vector<std::vector<std::uint32_t>> targets = parts.targets_of(cut);
    const std::uint64_t key = mix(chosen.seed ^ mix(static_cast<std::uint64_t>(where.index())));
    std::deque<divided_part> divided;
    for (const auto& each : targets)
        divided.emplace_back(where, each);
    constexpr int turns = divided_part::turns;
    run_parallel(threads, turns * static_cast<int>(divided.size()), [&](int index) {
        divided[static_cast<std::size_t>(index / turns)].divide(index % turns, chosen, key,
                                                                matches);
    });
}

} // namespace perdure::inpaint
