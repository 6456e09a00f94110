// SPDX-License-Identifier: Apache-2.0
#include "far_search.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "canvas.hpp"
#include "patch_distance.hpp"
#include "patch_look.hpp"
#include "patch_search.hpp"
#include "random.hpp"
#include "source_draw.hpp"
#include "texture_lack.hpp"

namespace perdure::inpaint {

namespace {

constexpr int finest_levels = 2; // coarser ones have hardly more sources than chance meets
constexpr std::size_t seekers_max = 16'000; // each takes as much memory as its patch
constexpr std::size_t leaf_max = 16;
constexpr std::size_t patch_stride = patch_side + 1;
constexpr std::size_t patch_samples = patch_side * patch_stride;

/// The targets that fit worse than the mean, at most so many, in order.
std::vector<std::uint32_t> worst_targets(const field& matches) {
    std::uint64_t sum = 0;
    for (const match& each : matches.matches)
        sum += each.cost;
    const std::uint64_t count = matches.matches.size();
    std::vector<std::uint32_t> worst;
    for (std::uint32_t i = 0; i < count; ++i)
        if (matches.matches[i].cost * count > sum)
            worst.push_back(i);
    if (worst.size() <= seekers_max)
        return worst;
    std::ranges::nth_element(worst, worst.begin() + seekers_max, {}, [&](std::uint32_t i) {
        return std::pair(match::cost_max - matches.matches[i].cost, i);
    });
    worst.resize(seekers_max);
    std::ranges::sort(worst);
    return worst;
}

/// A target that looks for a source.
struct seeker {
    std::uint32_t target = 0;
    std::uint32_t patch = 0; // which of the copies
    patch_look look{};
    match best; // so far
};

/// Puts seekers into an order in which those are together that look alike.
class seeker_tree {
  public:
    explicit seeker_tree(std::span<seeker> seekers) : seekers_(seekers) {
        nodes_.push_back({0, seekers.size()});
        for (std::size_t i = 0; i < nodes_.size(); ++i)
            divide(i);
    }

    /// The seekers [first, second) that look most like this.
    std::pair<std::size_t, std::size_t> leaf_of(const patch_look& look) const {
        const node* at = &nodes_[0];
        while (at->lower != 0)
            at = &nodes_[at->lower + (look[at->pattern] < at->split ? 0U : 1U)];
        return {at->first, at->last};
    }

  private:
    struct node {
        std::size_t first, last; // seekers
        std::size_t lower = 0; // the first of two nodes; none below a leaf
        std::size_t pattern = 0;
        int split = 0; // from here on it is the second one
    };

    // At the median of the pattern in which they differ most. Equals stay together, so that what
    // looks just like a seeker comes to it, unless that would leave them all together.
    void divide(std::size_t index) {
        const auto [first, last] = std::pair(nodes_[index].first, nodes_[index].last);
        if (last - first <= leaf_max)
            return;
        const auto some = seekers_.subspan(first, last - first);
        const std::size_t pattern = most_different(some);
        const auto look = [&](const seeker& each) { return each.look[pattern]; };
        auto middle = some.begin() + static_cast<std::ptrdiff_t>(some.size() / 2);
        std::ranges::nth_element(some, middle, {}, [&](const seeker& each) {
            return std::pair(look(each), each.target);
        });
        int split = look(*middle);
        if (std::ranges::none_of(some, [&](const seeker& each) { return look(each) < split; }))
            ++split;
        const auto below = [&](const seeker& each) { return look(each) < split; };
        if (!std::ranges::all_of(some, below))
            middle = std::partition(some.begin(), some.end(), below);
        nodes_[index].lower = nodes_.size();
        nodes_[index].pattern = pattern;
        nodes_[index].split = split;
        const std::size_t second = first + static_cast<std::size_t>(middle - some.begin());
        nodes_.push_back({first, second});
        nodes_.push_back({second, last});
    }

    static std::size_t most_different(std::span<const seeker> some) {
        std::size_t best = 0;
        std::int64_t most = -1;
        const auto count = static_cast<std::int64_t>(some.size());
        for (std::size_t pattern = 0; pattern < patch_look{}.size(); ++pattern) {
            std::int64_t sum = 0;
            std::int64_t squares = 0;
            for (const seeker& each : some) {
                sum += each.look[pattern];
                squares += each.look[pattern] * each.look[pattern];
            }
            if (const std::int64_t variance = squares - sum * sum / count; variance > most) {
                most = variance;
                best = pattern;
            }
        }
        return best;
    }

    const std::span<seeker> seekers_;
    std::vector<node> nodes_;
};

class far_searcher {
  public:
    far_searcher(const level& where, const field& previous, const colours& current, crew& helpers)
        : where_(where), width_(static_cast<std::size_t>(where.size().width)), lack_(where),
          kernel_(distance_kernel_in_use()), helpers_(helpers) {
        for (const std::uint32_t target : worst_targets(previous))
            seekers_.push_back({target,
                                static_cast<std::uint32_t>(seekers_.size()),
                                {},
                                previous.matches[target]});
        patches_.resize(seekers_.size() * patch_samples);
        const int tile_count = (where.size().height - 1) / level::tile_rows + 1;
        helpers.run(tile_count, [&](int tile) { look_at_tile(tile, current); });
    }

    std::vector<far_match> search(int sources_max, std::uint64_t key) {
        if (seekers_.empty())
            return {};
        const seeker_tree tree(seekers_);
        const grid points = grid_of(sources_max, key);
        const int rows = std::max(0, points.bottom - points.top + points.step - 1) / points.step;
        const int band_count = std::min(rows, helpers_.threads());
        std::vector<std::vector<match>> bands(static_cast<std::size_t>(band_count));
        helpers_.run(band_count, [&](int band) {
            bands[static_cast<std::size_t>(band)] =
                try_sources(tree, points, rows * band / band_count, rows * (band + 1) / band_count);
        });
        return best_of(bands);
    }

  private:
    /// Sources to be tried, `step` apart.
    struct grid {
        int step, left, top, right, bottom;
    };

    // Another one with each key, so that none is left out for good.
    grid grid_of(int sources_max, std::uint64_t key) const {
        const source_set& known = where_.source_sets()[0];
        const auto most = static_cast<std::uint64_t>(sources_max);
        int step = 1;
        while (known.count() > most * static_cast<std::uint64_t>(step * step))
            ++step;
        random_stream random(key);
        const source_set::box_type& box = known.box();
        const int left = box.left + random.between(0, step - 1);
        const int top = box.top + random.between(0, step - 1);
        return {step, left, top, box.right, box.bottom};
    }

    void look_at_tile(int tile, const colours& current) {
        const int top = tile * level::tile_rows;
        const int bottom = std::min(where_.size().height, top + level::tile_rows);
        const auto row_of = [&](const seeker& each) { return where_.targets()[each.target].y; };
        auto next = std::ranges::lower_bound(seekers_, top, {}, row_of);
        if (next == seekers_.end() || row_of(*next) >= bottom)
            return;
        const canvas painted(where_, current, top, bottom);
        for (; next != seekers_.end() && row_of(*next) < bottom; ++next) {
            const point here = where_.targets()[next->target];
            sample* const patch = &patches_[patch_samples * next->patch];
            for (int y = 0; y < patch_side; ++y)
                std::copy_n(painted.at(here.x - patch_radius, here.y - patch_radius + y),
                            patch_side, patch + static_cast<std::size_t>(y) * patch_stride);
            next->look = look_of(patch, patch_stride);
            next->best.cost = cost_of(*next, next->best.source, match::cost_max) & match::cost_max;
        }
    }

    /// The best that the seekers have, or find in these rows of the grid.
    std::vector<match> try_sources(const seeker_tree& tree, const grid& points, int first_row,
                                   int last_row) const {
        std::vector<match> best;
        for (const seeker& each : seekers_)
            best.push_back(each.best);
        const source_set& known = where_.source_sets()[0];
        for (int row = first_row; row < last_row; ++row) {
            const int y = points.top + row * points.step;
            for (int x = points.left; x < points.right; x += points.step)
                if (known.contains(x, y))
                    try_source(tree, {static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)},
                               best);
        }
        return best;
    }

    void try_source(const seeker_tree& tree, point source, std::vector<match>& best) const {
        const patch_look look = look_of(corner_of(source), width_);
        const auto [first, last] = tree.leaf_of(look);
        for (std::size_t i = first; i < last; ++i) {
            const seeker& each = seekers_[i];
            if (distance_of_looks(look, each.look) >= best[i].cost)
                continue;
            const std::uint32_t cost = cost_of(each, source, best[i].cost);
            if (cost < best[i].cost && may_use(each.target, source))
                best[i] = {source, cost & match::cost_max, false};
        }
    }

    // Any cost from the limit on only says that it is not below.
    std::uint32_t cost_of(const seeker& each, point source, std::uint32_t limit) const {
        const std::uint32_t distance = kernel_.whole(
            &patches_[patch_samples * each.patch], corner_of(source), patch_stride, width_, limit);
        return std::min(match::cost_max, distance + lack_.cost(each.target, source));
    }

    bool may_use(std::uint32_t target, point source) const {
        return where_.source_sets()[where_.set_of_target(target)].contains(source.x, source.y);
    }

    const sample* corner_of(point source) const {
        return &where_.samples()[static_cast<std::size_t>(source.y - patch_radius) * width_ +
                                 static_cast<std::size_t>(source.x - patch_radius)];
    }

    // Of equals the one that is first in the picture, as one band alone would have it.
    std::vector<far_match> best_of(std::span<const std::vector<match>> bands) const {
        std::vector<far_match> better;
        for (std::size_t i = 0; i < seekers_.size(); ++i) {
            match best = seekers_[i].best;
            for (const std::vector<match>& band : bands)
                if (band[i].cost < best.cost)
                    best = band[i];
            if (best.cost < seekers_[i].best.cost)
                better.push_back({seekers_[i].target, best});
        }
        std::ranges::sort(better, {}, &far_match::target);
        return better;
    }

    const level& where_;
    const std::size_t width_;
    const texture_lack lack_;
    const distance_kernel& kernel_;
    crew& helpers_;
    std::vector<seeker> seekers_;
    std::vector<sample> patches_; // copies, so that those of a leaf are at hand
};

} // namespace

bool looks_far(const level& where, const pass& now, const settings& chosen) {
    return now.is_fresh && where.index() < finest_levels && chosen.far_sources > 0;
}

std::vector<far_match> look_far(const level& where, const field& previous, const colours& current,
                                const pass& now, const settings& chosen, crew& helpers) {
    if (!looks_far(where, now, chosen))
        return {};
    require_whole(where, previous, 0, where.size().height);
    const std::uint64_t key = sweep_key(chosen.seed, now.level_index, now.iteration, chosen.sweeps);
    return far_searcher(where, previous, current, helpers).search(chosen.far_sources, key);
}

} // namespace perdure::inpaint
