// SPDX-License-Identifier: Apache-2.0
// Steps of light between copies are found where they overlap, and a membrane that has the opposite
// steps is laid over the hole.
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "canvas.hpp"
#include "membrane.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/steps.hpp"
#include "source_draw.hpp"

namespace perdure::inpaint {

namespace {

// A larger step between copies is an edge of something, not a change of light.
constexpr int step_max = 12;
// Nobody sees a step of light in a texture, and what is copied unchanged looks best there.
constexpr int texture_max = 6;
// Light changes slowly: pixels this near to each other that copy from equally far away are one
// unknown, which takes a fraction of the time and memory.
constexpr int cell_side = 4;
constexpr std::uint32_t none = 0xffffffff;

/// Finds hole pixels by position, as long as these come row by row and from left to right.
class hole_walk {
  public:
    explicit hole_walk(const level& where) : where_(where) {}

    std::uint32_t at(int x, int y) {
        const std::uint32_t last = where_.hole_rows()[static_cast<std::size_t>(y) + 1];
        next_ = std::max(next_, where_.hole_rows()[static_cast<std::size_t>(y)]);
        while (next_ < last && where_.hole_pixels()[next_].x < x)
            ++next_;
        return next_ < last && where_.hole_pixels()[next_].x == x ? next_ : none;
    }

  private:
    const level& where_;
    std::uint32_t next_ = 0; // the pixels before it lie before the position
};

/// The finest network: one unknown for the pixels of a cell that copy from equally far away.
class step_finder {
  public:
    step_finder(const level& finest, const field& matches)
        : finest_(finest), places_(finest.hole_pixels()) {
        find_sources(matches);
    }

    /// The unknown of each hole pixel.
    const std::vector<std::uint32_t>& unknowns() const { return unknowns_; }

    network make() {
        find_unknowns();
        made_.diagonal.resize(made_.size());
        made_.wanted.resize(made_.size());
        struct {
            int dx, dy;
            hole_walk beside;
        } directions[] = {{1, 0, hole_walk(finest_)},
                          {0, 1, hole_walk(finest_)},
                          {-1, 0, hole_walk(finest_)},
                          {0, -1, hole_walk(finest_)}};
        for (std::uint32_t i = 0; i < places_.size(); ++i)
            for (auto& [dx, dy, beside] : directions) {
                const int x = places_[i].x + dx;
                const int y = places_[i].y + dy;
                if (!is_inside(x, y))
                    continue;
                const std::uint32_t other = beside.at(x, y);
                if (other == none)
                    connect_known(i, dx, dy);
                else if (dx + dy > 0 && unknowns_[i] != unknowns_[other])
                    connect_hole(i, other, dx, dy);
            }
        sources_ = std::vector<point>();
        connector_.connect(made_);
        return std::move(made_);
    }

  private:
    // The match of the patch around a pixel; at the picture's edge that of the nearest patch.
    void find_sources(const field& matches) {
        const int right = finest_.size().width - 1 - patch_radius;
        const int bottom = finest_.size().height - 1 - patch_radius;
        sources_.reserve(places_.size());
        const target_map targets(finest_, 0, finest_.size().height);
        for (const point& here : places_) {
            const int x = std::clamp<int>(here.x, patch_radius, right);
            const int y = std::clamp<int>(here.y, patch_radius, bottom);
            const point source = matches.matches[targets.at(x, y)].source;
            sources_.push_back({static_cast<std::uint16_t>(source.x + here.x - x),
                                static_cast<std::uint16_t>(source.y + here.y - y)});
        }
    }

    void find_unknowns() {
        unknowns_.reserve(places_.size());
        hole_walk left(finest_);
        hole_walk above(finest_);
        for (std::uint32_t i = 0; i < places_.size(); ++i) {
            const point here = places_[i];
            std::uint32_t unknown = none;
            if (here.x % cell_side != 0)
                unknown = unknown_like(i, left.at(here.x - 1, here.y), -1, 0);
            if (here.y % cell_side != 0 && unknown == none)
                unknown = unknown_like(i, above.at(here.x, here.y - 1), 0, -1);
            if (unknown == none) {
                unknown = static_cast<std::uint32_t>(made_.cells.size());
                made_.cells.push_back({static_cast<std::uint16_t>(here.x / cell_side),
                                       static_cast<std::uint16_t>(here.y / cell_side)});
            }
            unknowns_.push_back(unknown);
        }
    }

    std::uint32_t unknown_like(std::uint32_t i, std::uint32_t other, int dx, int dy) const {
        return other != none && is_one_copy(i, other, dx, dy) ? unknowns_[other] : none;
    }

    bool is_one_copy(std::uint32_t i, std::uint32_t other, int dx, int dy) const {
        return sources_[other].x == sources_[i].x + dx && sources_[other].y == sources_[i].y + dy;
    }

    bool is_inside(int x, int y) const {
        return x >= 0 && y >= 0 && x < finest_.size().width && y < finest_.size().height;
    }

    const sample& at(int x, int y) const {
        return finest_.samples()[static_cast<std::size_t>(y) *
                                     static_cast<std::size_t>(finest_.size().width) +
                                 static_cast<std::size_t>(x)];
    }

    // Where both copies overlap they should be the same; the mean of how much they are not.
    static light step_between(const sample& here, const sample& continued, const sample& there,
                              const sample& there_continued) {
        const auto step = [](int a, int b, int c, int d) {
            return static_cast<float>((b - c) + (a - d)) / 2;
        };
        return {step(here.red, continued.red, there.red, there_continued.red),
                step(here.green, continued.green, there.green, there_continued.green),
                step(here.blue, continued.blue, there.blue, there_continued.blue), 0};
    }

    static bool is_light(const light& step, int texture) {
        return texture <= texture_max &&
               std::ranges::all_of(step, [](float each) { return std::abs(each) <= step_max; });
    }

    void connect_hole(std::uint32_t i, std::uint32_t other, int dx, int dy) {
        connector_.add(unknowns_[i], unknowns_[other], 1);
        const point here = sources_[i];
        const point there = sources_[other];
        if (is_one_copy(i, other, dx, dy) || !is_inside(here.x + dx, here.y + dy) ||
            !is_inside(there.x - dx, there.y - dy))
            return;
        const light step = step_between(at(here.x, here.y), at(here.x + dx, here.y + dy),
                                        at(there.x, there.y), at(there.x - dx, there.y - dy));
        if (!is_light(step, std::max(at(here.x, here.y).texture, at(there.x, there.y).texture)))
            return;
        made_.wanted[unknowns_[other]] += step;
        made_.wanted[unknowns_[i]] += times(-1, step);
    }

    void connect_known(std::uint32_t i, int dx, int dy) {
        made_.diagonal[unknowns_[i]] += 1;
        const int x = sources_[i].x + dx;
        const int y = sources_[i].y + dy;
        if (!is_inside(x, y))
            return;
        const sample& known = at(places_[i].x + dx, places_[i].y + dy);
        const sample& copied = at(x, y);
        const light step = step_between(known, known, copied, copied);
        if (is_light(step, at(sources_[i].x, sources_[i].y).texture))
            made_.wanted[unknowns_[i]] += step;
    }

    const level& finest_;
    const std::span<const point> places_;
    network made_;
    connector connector_;
    std::vector<point> sources_;
    std::vector<std::uint32_t> unknowns_;
};

std::uint8_t lit(std::uint8_t value, float correction) {
    const float sum = static_cast<float>(value) + correction + 0.5F;
    return static_cast<std::uint8_t>(std::clamp(sum, 0.0F, 255.0F));
}

} // namespace

colours even_light(const level& finest, const field& matches, colours filled) {
    require_whole(finest, matches, 0, finest.size().height);
    if (filled.samples.size() != finest.hole_pixels().size())
        throw image_error("these colours do not belong to this pyramid level; join all its slices");
    step_finder steps(finest, matches);
    const std::vector<light> corrections = solve(steps.make());
    for (std::size_t i = 0; i < filled.samples.size(); ++i) {
        const light& correction = corrections[steps.unknowns()[i]];
        sample& each = filled.samples[i];
        each.red = lit(each.red, correction[0]);
        each.green = lit(each.green, correction[1]);
        each.blue = lit(each.blue, correction[2]);
    }
    return filled;
}

} // namespace perdure::inpaint
