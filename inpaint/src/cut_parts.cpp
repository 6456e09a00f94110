// SPDX-License-Identifier: Apache-2.0
// All costs are sums over a patch of squared differences, in integers.
#include "cut_parts.hpp"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "hole_parts.hpp"
#include "minimum_cut.hpp"
#include "patch_distance.hpp"
#include "perdure/inpaint/workers.hpp"
#include "random.hpp"

namespace perdure::inpaint {

namespace {

// Colours only: the texture near the hole is that of known pixels, and not what a copy would have.
constexpr sample known_lane{255, 255, 255, 0};
// Two copies are compared around the pixel, too, because a patch sees what lies around a seam.
constexpr int seam_radius = 1;
constexpr int seam_area = (2 * seam_radius + 1) * (2 * seam_radius + 1);
// Of the texture that a source has less than the one before. Without it cuts prefer smooth places,
// where seams cost least.
constexpr std::int64_t texture_weight = 34;

// A smaller part is copied as one anyway.
constexpr std::size_t targets_min = 300;
// Half as many offsets as are frequent are offered besides, each the best of so many drawn ones,
// as far as some targets at the border of the hole can tell.
constexpr int draws_per_offer = 64;
constexpr int draw_reach = 64;
constexpr std::size_t probe_count = 64;

/// From a target to its source.
struct offset {
    int dx = 0, dy = 0;
    auto operator<=>(const offset&) const = default;
};

/// What the patches of a part see of the known pixels.
class known_pixels {
  public:
    known_pixels(const level& where, std::span<const point> centres)
        : where_(where), kernel_(distance_kernel_in_use()), area_(area_of(centres)),
          stride_(static_cast<std::size_t>(area_.right - area_.left)) {
        const std::size_t count = stride_ * static_cast<std::size_t>(area_.bottom - area_.top);
        constexpr std::size_t padding = 8; // a kernel reads eight samples of a row
        samples_.reserve(count + padding);
        for (int y = area_.top; y < area_.bottom; ++y) {
            const sample* const row = at(where, area_.left, y);
            samples_.insert(samples_.end(), row, row + stride_);
        }
        samples_.resize(count + padding);
        mask_.assign(count + padding, known_lane);
        for (std::uint32_t i = where.hole_rows()[static_cast<std::size_t>(area_.top)];
             i < where.hole_rows()[static_cast<std::size_t>(area_.bottom)]; ++i)
            if (const point here = where.hole_pixels()[i];
                here.x >= area_.left && here.x < area_.right)
                mask_[index_of(here.x, here.y)] = {};
    }

    bool are_under(point centre) const {
        for (int y = centre.y - patch_radius; y <= centre.y + patch_radius; ++y)
            for (int x = centre.x - patch_radius; x <= centre.x + patch_radius; ++x)
                if (mask_[index_of(x, y)] == known_lane)
                    return true;
        return false;
    }

    std::int64_t distance(point centre, offset way) const {
        const int left = centre.x - patch_radius;
        const int top = centre.y - patch_radius;
        return kernel_.masked(&samples_[index_of(left, top)],
                              at(where_, left + way.dx, top + way.dy), &mask_[index_of(left, top)],
                              stride_, static_cast<std::size_t>(where_.size().width),
                              match::cost_max);
    }

    static const sample* at(const level& where, int x, int y) {
        return where.samples().data() +
               static_cast<std::size_t>(y) * static_cast<std::size_t>(where.size().width) +
               static_cast<std::size_t>(x);
    }

  private:
    static source_set::box_type area_of(std::span<const point> centres) {
        source_set::box_type area{centres[0].x, centres.front().y - patch_radius, 0,
                                  centres.back().y + patch_radius + 1};
        for (const point& each : centres) {
            area.left = std::min(area.left, each.x - patch_radius);
            area.right = std::max(area.right, each.x + patch_radius + 1);
        }
        return area;
    }

    std::size_t index_of(int x, int y) const {
        return static_cast<std::size_t>(y - area_.top) * stride_ +
               static_cast<std::size_t>(x - area_.left);
    }

    const level& where_;
    const distance_kernel& kernel_;
    const source_set::box_type area_;
    const std::size_t stride_;
    std::vector<sample> samples_;
    std::vector<sample> mask_;
};

std::vector<minimum_cut::neighbours> neighbours_of(std::span<const point> centres) {
    std::vector<minimum_cut::neighbours> all(centres.size());
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

/// A part of the hole, target by target.
class part_cut {
  public:
    part_cut(const level& where, std::span<const std::uint32_t> targets, field& matches)
        : where_(where), targets_(targets), matches_(matches), centres_(centres_of(where, targets)),
          known_(where, centres_), neighbours_(neighbours_of(centres_)), cut_(neighbours_) {
        for (std::size_t i = 0; i < targets.size(); ++i) {
            const point source = matches.matches[targets[i]].source;
            nodes_.push_back({{source.x - centres_[i].x, source.y - centres_[i].y},
                              known_pixels::at(where, source.x, source.y)->texture,
                              known_.are_under(centres_[i])});
            nodes_.back().cost = cost_of(i, nodes_.back().way);
        }
    }

    void offer_all(const settings& chosen) {
        for (const offset& each : most_frequent(chosen.cut_offers))
            offer(each);
        const std::uint64_t key =
            mix(chosen.seed ^ mix(static_cast<std::uint64_t>(where_.index())));
        random_stream random = stream_at(key, centres_[0].x, centres_[0].y);
        for (const offset& each : most_promising(chosen.cut_offers / 2, random))
            offer(each);
        for (std::size_t i = 0; i < nodes_.size(); ++i)
            matches_.matches[targets_[i]].source = {
                static_cast<std::uint16_t>(centres_[i].x + nodes_[i].way.dx),
                static_cast<std::uint16_t>(centres_[i].y + nodes_[i].way.dy)};
    }

  private:
    enum class standing : std::uint8_t { may_take, has_it, may_not };

    struct node {
        offset way;
        int texture; // of the source before any cut
        bool sees_known; // some of its patch
        std::int64_t cost = 0; // of its way
        // Of what is being offered:
        standing with_offered = standing::may_not;
        std::int64_t cost_of_offered = 0;
        std::int64_t step = 0; // from its way
    };

    static std::vector<point> centres_of(const level& where,
                                         std::span<const std::uint32_t> targets) {
        std::vector<point> centres;
        centres.reserve(targets.size());
        for (const std::uint32_t each : targets)
            centres.push_back(where.targets()[each]);
        return centres;
    }

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
            if (nodes_[i].sees_known)
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
            if (standing_of(each, way) == standing::may_take)
                gain += std::max<std::int64_t>(0, nodes_[each].cost - cost_of(each, way));
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
        cut_.clear();
        for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
            node& each = nodes_[i];
            each.with_offered = standing_of(i, offered);
            if (each.with_offered != standing::may_take)
                continue;
            each.cost_of_offered = cost_of(i, offered);
            each.step = step(i, each.way, offered);
            cut_.add_cost_of_leaving(i, each.cost - each.cost_of_offered);
        }
        for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
            if (const std::uint32_t next = neighbours_[i].right; next != minimum_cut::none)
                meet(i, next, minimum_cut::side::right, offered);
            if (const std::uint32_t next = neighbours_[i].below; next != minimum_cut::none)
                meet(i, next, minimum_cut::side::below, offered);
        }
        cut_.solve();
        for (std::uint32_t i = 0; i < nodes_.size(); ++i)
            if (cut_.is_taken(i)) {
                nodes_[i].way = offered;
                nodes_[i].cost = nodes_[i].cost_of_offered;
            }
    }

    standing standing_of(std::uint32_t i, offset offered) const {
        if (nodes_[i].way == offered)
            return standing::has_it;
        const source_set& allowed = where_.source_sets()[where_.set_of_target(targets_[i])];
        return allowed.contains(centres_[i].x + offered.dx, centres_[i].y + offered.dy)
                   ? standing::may_take
                   : standing::may_not;
    }

    std::int64_t cost_of(std::size_t i, offset way) const {
        const node& each = nodes_[i];
        const std::int64_t lost = std::max(
            0,
            each.texture -
                known_pixels::at(where_, centres_[i].x + way.dx, centres_[i].y + way.dy)->texture);
        return texture_weight * lost * lost +
               (each.sees_known ? known_.distance(centres_[i], way) : 0);
    }

    // How much two copies differ there. Where a neighbour may use an offset, all that is read is
    // within its patch.
    std::int64_t step(std::uint32_t i, offset one, offset other) const {
        static_assert(seam_radius + 1 <= patch_radius);
        std::int64_t sum = 0;
        for (int y = centres_[i].y - seam_radius; y <= centres_[i].y + seam_radius; ++y) {
            const int x = centres_[i].x - seam_radius;
            const sample* const row = known_pixels::at(where_, x + one.dx, y + one.dy);
            const sample* const beside = known_pixels::at(where_, x + other.dx, y + other.dy);
            for (int k = 0; k <= 2 * seam_radius; ++k) {
                const int red = row[k].red - beside[k].red;
                const int green = row[k].green - beside[k].green;
                const int blue = row[k].blue - beside[k].blue;
                sum += red * red + green * green + blue * blue;
            }
        }
        return sum * patch_area / seam_area;
    }

    // The seam between two neighbours, whatever they do.
    void meet(std::uint32_t first, std::uint32_t next, minimum_cut::side where, offset offered) {
        const node& one = nodes_[first];
        const node& other = nodes_[next];
        const bool may_first = one.with_offered == standing::may_take;
        const bool may_next = other.with_offered == standing::may_take;
        if (!may_first && !may_next)
            return;
        const auto seam = [&](offset of_first, offset of_next) {
            return of_first == of_next
                       ? 0
                       : step(first, of_first, of_next) + step(next, of_first, of_next);
        };
        const bool are_alike = one.way == other.way;
        if (may_first && may_next) {
            const std::int64_t alike = one.step + other.step;
            cut_.add_pair(first, where, seam(one.way, other.way),
                          are_alike ? alike : one.step + step(next, one.way, offered),
                          are_alike ? alike : step(first, other.way, offered) + other.step);
        } else if (may_first) {
            cut_.add_cost_of_leaving(first, seam(one.way, other.way) - seam(offered, other.way));
        } else {
            cut_.add_cost_of_leaving(next, seam(one.way, other.way) - seam(one.way, offered));
        }
    }

    const level& where_;
    const std::span<const std::uint32_t> targets_;
    field& matches_;
    const std::vector<point> centres_;
    const known_pixels known_;
    const std::vector<minimum_cut::neighbours> neighbours_;
    minimum_cut cut_;
    std::vector<node> nodes_;
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
    run_parallel(threads, static_cast<int>(targets.size()), [&](int part) {
        part_cut(where, targets[static_cast<std::size_t>(part)], matches).offer_all(chosen);
    });
}

} // namespace perdure::inpaint
