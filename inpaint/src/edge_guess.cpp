// SPDX-License-Identifier: Apache-2.0
// A patch is found by what is known of it and copied as it is. The pixels that it fills are trusted
// as far as those it was found by. All in integers.
#include "edge_guess.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "canvas.hpp"
#include "exact_search.hpp"

namespace perdure::inpaint {

namespace {

constexpr int trust_of_known = 1024;
// Where no edge runs into the hole it goes on as from a faint one.
constexpr int edge_min = 24;

colours no_colours(const level& where) {
    colours none;
    none.samples.resize(where.hole_pixels().size());
    return none;
}

point point_at(int x, int y) {
    return {static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)};
}

class edge_guesser {
  public:
    explicit edge_guesser(const level& where)
        : where_(where), width_(where.size().width), height_(where.size().height), sources_(where),
          targets_(where, 0, height_), painted_(where, no_colours(where)),
          known_(where, no_colours(where)), trust_(where.size().pixel_count(), trust_of_known),
          priorities_(where.hole_pixels().size()), left_(where.hole_pixels().size()) {
        for (int y = 0; y < height_; ++y)
            for (int x = 0; x < width_; ++x)
                known_.paint(point_at(x, y), known_lane);
        for (const point& pixel : where.hole_pixels()) {
            known_.paint(pixel, sample{});
            trust_[at(pixel.x, pixel.y)] = 0;
        }
        renew_rows(0, height_);
    }

    colours guess() {
        while (left_ > 0) {
            const auto first = std::ranges::max_element(priorities_);
            copy(centre_of(
                where_.hole_pixels()[static_cast<std::size_t>(first - priorities_.begin())]));
        }
        colours guessed;
        for (const point& pixel : where_.hole_pixels())
            guessed.samples.push_back(*painted_.at(pixel.x, pixel.y));
        return guessed;
    }

  private:
    std::size_t at(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
               static_cast<std::size_t>(x);
    }

    bool is_known(int x, int y) const {
        return x >= 0 && y >= 0 && x < width_ && y < height_ && *known_.at(x, y) == known_lane;
    }

    /// Of the patch that is copied over a pixel.
    point centre_of(point pixel) const {
        return point_at(std::clamp<int>(pixel.x, patch_radius, width_ - 1 - patch_radius),
                        std::clamp<int>(pixel.y, patch_radius, height_ - 1 - patch_radius));
    }

    void renew_rows(int begin, int end) {
        const std::uint32_t last = where_.hole_rows()[static_cast<std::size_t>(end)];
        for (std::uint32_t i = where_.hole_rows()[static_cast<std::size_t>(begin)]; i < last; ++i)
            priorities_[i] = priority_of(where_.hole_pixels()[i]);
    }

    /// -1 unless known and unknown pixels meet there.
    int priority_of(point here) const {
        const bool is_front = !is_known(here.x, here.y) &&
                              (is_known(here.x - 1, here.y) || is_known(here.x + 1, here.y) ||
                               is_known(here.x, here.y - 1) || is_known(here.x, here.y + 1));
        if (!is_front)
            return -1;
        const point centre = centre_of(here);
        return trust_at(centre) * (edge_min + edge_into(here, centre));
    }

    int trust_at(point centre) const {
        int sum = 0;
        for (int y = centre.y - patch_radius; y <= centre.y + patch_radius; ++y)
            for (int x = centre.x - patch_radius; x <= centre.x + patch_radius; ++x)
                sum += trust_[at(x, y)];
        return sum / patch_area;
    }

    /// The strongest edge in the patch, as far as it runs towards the unknown; the more of the
    /// pixel's neighbours are known, the more it counts.
    int edge_into(point front, point centre) const {
        int known_x = 0;
        int known_y = 0;
        for (int dy = -1; dy <= 1; ++dy)
            for (int dx = -1; dx <= 1; ++dx)
                if (is_known(front.x + dx, front.y + dy)) {
                    known_x += dx;
                    known_y += dy;
                }
        int strongest = 0;
        for (int y = centre.y - patch_radius; y <= centre.y + patch_radius; ++y)
            for (int x = centre.x - patch_radius; x <= centre.x + patch_radius; ++x) {
                if (!is_known(x - 1, y) || !is_known(x + 1, y) || !is_known(x, y - 1) ||
                    !is_known(x, y + 1))
                    continue;
                const int across = luma(x + 1, y) - luma(x - 1, y);
                const int down = luma(x, y + 1) - luma(x, y - 1);
                strongest = std::max(strongest, std::abs(across * known_y - down * known_x));
            }
        return strongest;
    }

    int luma(int x, int y) const {
        const sample& here = *painted_.at(x, y);
        return here.red + 2 * here.green + here.blue;
    }

    void copy(point centre) {
        const std::uint32_t target = targets_.at(centre.x, centre.y);
        const point source = sources_.nearest_by_known(target, painted_, known_);
        const int trust = trust_at(centre);
        for (int dy = -patch_radius; dy <= patch_radius; ++dy)
            for (int dx = -patch_radius; dx <= patch_radius; ++dx) {
                const int x = centre.x + dx;
                const int y = centre.y + dy;
                if (is_known(x, y))
                    continue;
                painted_.paint(point_at(x, y), where_.samples()[at(source.x + dx, source.y + dy)]);
                known_.paint(point_at(x, y), known_lane);
                trust_[at(x, y)] = trust;
                --left_;
            }
        // What a priority depends on is at most this far from a pixel that has changed.
        constexpr int reach = 3 * patch_radius + 1;
        renew_rows(std::max(0, centre.y - reach), std::min(height_, centre.y + reach + 1));
    }

    const level& where_;
    const int width_;
    const int height_;
    const exact_search sources_;
    const target_map targets_;
    canvas painted_;
    canvas known_;
    std::vector<int> trust_;
    std::vector<int> priorities_; // of the hole pixels
    std::size_t left_;
};

} // namespace

colours guess_along_edges(const level& where) {
    return edge_guesser(where).guess();
}

} // namespace perdure::inpaint
