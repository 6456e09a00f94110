// SPDX-License-Identifier: Apache-2.0
// PatchMatch in its plainest form: sweeps in alternating scan order, in which a patch tries what
// its neighbours found and random places around what it has. In grass or gravel chance hardly ever
// meets the one place that was copied, so each patch first tries those that are as bright.
#include "perdure/inpaint/coherence.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "mask_ops.hpp"
#include "perdure/inpaint/settings.hpp"
#include "perdure/inpaint/validate.hpp"

namespace perdure::inpaint {

namespace {

constexpr int sweeps = 6;
// That many places are sorted by brightness, and so many of the nearest to a patch's tried.
constexpr std::size_t sorted_max = 1'000'000;
constexpr std::ptrdiff_t tried_as_bright = 32;

struct place {
    int x = 0;
    int y = 0;
};

/// SplitMix64: the same numbers everywhere.
class numbers {
  public:
    int below(int limit) {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return static_cast<int>((mixed >> 33) % static_cast<std::uint64_t>(limit));
    }

  private:
    std::uint64_t state_ = 1;
};

class judge {
  public:
    judge(const image& picture, const mask& area)
        : picture_(picture), size_(picture.size), touched_(widen_by_patch(area)) {
        for (int y = patch_radius; y < size_.height - patch_radius; ++y)
            for (int x = patch_radius; x < size_.width - patch_radius; ++x)
                if (touched_.at(x, y))
                    targets_.push_back({x, y});
        index_.assign(size_.pixel_count(), -1);
        for (std::size_t i = 0; i < targets_.size(); ++i)
            index_[at(targets_[i])] = static_cast<int>(i);
    }

    std::uint64_t mean() {
        draw_all();
        try_as_bright();
        for (int i = 0; i < sweeps; ++i)
            sweep(i % 2 == 0 ? 1 : -1);
        std::uint64_t sum = 0;
        for (const std::uint32_t each : costs_)
            sum += each;
        return sum * 1000 / (std::uint64_t{3} * patch_area * costs_.size());
    }

  private:
    std::size_t at(place where) const {
        return static_cast<std::size_t>(where.y) * static_cast<std::size_t>(size_.width) +
               static_cast<std::size_t>(where.x);
    }

    bool is_source(place where) const {
        return where.x >= patch_radius && where.y >= patch_radius &&
               where.x < size_.width - patch_radius && where.y < size_.height - patch_radius &&
               !touched_.at(where.x, where.y);
    }

    /// Stops adding at `limit`.
    std::uint32_t distance(place a, place b, std::uint32_t limit) const {
        std::uint32_t sum = 0;
        for (int row = -patch_radius; row <= patch_radius && sum < limit; ++row) {
            const std::uint8_t* left = &picture_.rgb[3 * at({a.x - patch_radius, a.y + row})];
            const std::uint8_t* right = &picture_.rgb[3 * at({b.x - patch_radius, b.y + row})];
            for (int i = 0; i < 3 * patch_side; ++i) {
                const int difference = int{left[i]} - int{right[i]};
                sum += static_cast<std::uint32_t>(difference * difference);
            }
        }
        return sum;
    }

    /// validate_markup() has seen that there is a source; the scan ends there.
    place draw() {
        place drawn{random_.below(size_.width), random_.below(size_.height)};
        while (!is_source(drawn)) {
            if (++drawn.x < size_.width)
                continue;
            drawn.x = 0;
            drawn.y = (drawn.y + 1) % size_.height;
        }
        return drawn;
    }

    void draw_all() {
        for (const place target : targets_) {
            sources_.push_back(draw());
            costs_.push_back(
                distance(target, sources_.back(), std::numeric_limits<std::uint32_t>::max()));
        }
    }

    struct bright_place {
        std::uint32_t brightness;
        place where;
    };

    std::uint32_t brightness_at(place centre) const {
        std::uint32_t sum = 0;
        for (int row = -patch_radius; row <= patch_radius; ++row) {
            const std::uint8_t* const first =
                &picture_.rgb[3 * at({centre.x - patch_radius, centre.y + row})];
            for (int i = 0; i < patch_side; ++i)
                sum += first[3 * i] + 2U * first[3 * i + 1] + first[3 * i + 2];
        }
        return sum;
    }

    std::vector<bright_place> sorted_by_brightness() {
        std::vector<bright_place> sorted;
        const std::size_t count = std::min(sorted_max, size_.pixel_count());
        for (std::size_t i = 0; i < count; ++i) {
            const place drawn = draw();
            sorted.push_back({brightness_at(drawn), drawn});
        }
        std::ranges::stable_sort(sorted, {}, &bright_place::brightness);
        return sorted;
    }

    void try_as_bright() {
        const std::vector<bright_place> sorted = sorted_by_brightness();
        for (std::size_t i = 0; i < targets_.size(); ++i) {
            const auto nearest = std::ranges::lower_bound(sorted, brightness_at(targets_[i]), {},
                                                          &bright_place::brightness);
            const auto half = tried_as_bright / 2;
            const auto first = nearest - std::min(half, nearest - sorted.begin());
            const auto last = nearest + std::min(half, sorted.end() - nearest);
            for (auto each = first; each != last; ++each)
                offer(i, each->where);
        }
    }

    void offer(std::size_t i, place candidate) {
        if (!is_source(candidate))
            return;
        const std::uint32_t cost = distance(targets_[i], candidate, costs_[i]);
        if (cost < costs_[i]) {
            costs_[i] = cost;
            sources_[i] = candidate;
        }
    }

    /// What the neighbour at this distance found, moved along.
    void offer_neighbour(std::size_t i, int dx, int dy) {
        const place target = targets_[i];
        const int neighbour = index_[at({target.x - dx, target.y - dy})];
        if (neighbour < 0)
            return;
        const place found = sources_[static_cast<std::size_t>(neighbour)];
        offer(i, {found.x + dx, found.y + dy});
    }

    void sweep(int direction) {
        const std::size_t count = targets_.size();
        for (std::size_t step = 0; step < count; ++step) {
            const std::size_t i = direction > 0 ? step : count - 1 - step;
            offer_neighbour(i, direction, 0);
            offer_neighbour(i, 0, direction);
            for (int radius = std::max(size_.width, size_.height); radius >= 1; radius /= 2) {
                const place best = sources_[i];
                offer(i, {best.x + random_.below(2 * radius + 1) - radius,
                          best.y + random_.below(2 * radius + 1) - radius});
            }
        }
    }

    const image& picture_;
    const image_size size_;
    const mask touched_;
    std::vector<place> targets_;
    std::vector<int> index_; // of the target at a pixel, or -1
    std::vector<place> sources_;
    std::vector<std::uint32_t> costs_;
    numbers random_;
};

} // namespace

std::uint64_t coherence(const image& picture, const mask& area) {
    validate(picture, area, {});
    return judge(picture, area).mean();
}

} // namespace perdure::inpaint
