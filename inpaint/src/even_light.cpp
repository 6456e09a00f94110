// SPDX-License-Identifier: Apache-2.0
// Steps of light between copies are found where they overlap, and a membrane that has the opposite
// steps is laid over the hole.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
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
// Copies are compared around where they meet, farther away than their patches see: of all noise,
// patches that fit have the one that hides the step. With each place its opposite is looked at, so
// that slopes that differ are no step.
constexpr std::array<std::array<int, 2>, 8> half_ring{
    {{16, 0}, {14, 6}, {11, 11}, {6, 14}, {0, 16}, {-6, 14}, {-11, 11}, {-14, 6}}};
constexpr int opposites_min = 4;
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
        : finest_(finest), matches_(matches), targets_(finest, 0, finest.size().height),
          width_(static_cast<std::size_t>(finest.size().width)) {}

    /// The unknown of each hole pixel.
    const std::vector<std::uint32_t>& unknowns() const { return unknowns_; }

    network make() {
        const std::span<const point> places = finest_.hole_pixels();
        unknowns_.reserve(places.size());
        hole_walk left(finest_);
        hole_walk above(finest_);
        hole_walk right(finest_);
        hole_walk below(finest_);
        int row = -1;
        for (const point& here : places) {
            if (here.y != std::exchange(row, here.y))
                sources_.swap(sources_above_);
            sources_[here.x] = source_of(here);
            const copied_pixel own{here, sources_[here.x]};
            const auto beside = [&](hole_walk& walk, int dx, int dy) {
                return is_inside(here.x + dx, here.y + dy) ? walk.at(here.x + dx, here.y + dy)
                                                           : none;
            };
            const std::uint32_t to_left = beside(left, -1, 0);
            const std::uint32_t to_above = beside(above, 0, -1);
            add_unknown(own, to_left, to_above);
            connect(own, to_left, -1, 0);
            connect(own, to_above, 0, -1);
            if (beside(right, 1, 0) == none)
                connect_known(own, 1, 0);
            if (beside(below, 0, 1) == none)
                connect_known(own, 0, 1);
        }
        connector_.connect(made_);
        return std::move(made_);
    }

  private:
    struct copied_pixel {
        point place;
        point source;
    };

    // The match of the patch around a pixel; at the picture's edge that of the nearest patch.
    point source_of(point here) const {
        const int x =
            std::clamp<int>(here.x, patch_radius, finest_.size().width - 1 - patch_radius);
        const int y =
            std::clamp<int>(here.y, patch_radius, finest_.size().height - 1 - patch_radius);
        const point source = matches_.matches[targets_.at(x, y)].source;
        return {static_cast<std::uint16_t>(source.x + here.x - x),
                static_cast<std::uint16_t>(source.y + here.y - y)};
    }

    // The sources of a pixel to the left of or above what was looked at last.
    point earlier_source(int x, int dy) const {
        return (dy == 0 ? sources_ : sources_above_)[static_cast<std::size_t>(x)];
    }

    void add_unknown(const copied_pixel& own, std::uint32_t to_left, std::uint32_t to_above) {
        const auto [x, y] = own.place;
        if (x % cell_side != 0 && to_left != none &&
            is_one_copy(own.source, earlier_source(x - 1, 0), -1, 0)) {
            unknowns_.push_back(unknowns_[to_left]);
        } else if (y % cell_side != 0 && to_above != none &&
                   is_one_copy(own.source, earlier_source(x, -1), 0, -1)) {
            unknowns_.push_back(unknowns_[to_above]);
        } else {
            unknowns_.push_back(static_cast<std::uint32_t>(made_.size()));
            made_.cells.push_back({static_cast<std::uint16_t>(x / cell_side),
                                   static_cast<std::uint16_t>(y / cell_side)});
            made_.diagonal.push_back(0);
            made_.wanted.push_back({});
        }
    }

    static point moved(point from, int dx, int dy) {
        return {static_cast<std::uint16_t>(from.x + dx), static_cast<std::uint16_t>(from.y + dy)};
    }

    static bool is_one_copy(point source, point other, int dx, int dy) {
        return other.x == source.x + dx && other.y == source.y + dy;
    }

    // With all that a patch sees from there.
    bool is_known(int x, int y) const { return finest_.source_sets()[0].contains(x, y); }

    bool is_inside(int x, int y) const {
        return x >= 0 && y >= 0 && x < finest_.size().width && y < finest_.size().height;
    }

    const sample& at(int x, int y) const {
        return finest_
            .samples()[static_cast<std::size_t>(y) * width_ + static_cast<std::size_t>(x)];
    }

    static std::optional<light> light_step(const light& step, int texture) {
        const bool is_light = texture <= texture_max && std::ranges::all_of(step, [](float each) {
                                  return std::abs(each) <= step_max;
                              });
        return is_light ? std::optional(step) : std::nullopt;
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

    std::optional<light> step_at(point one, point other, int dx, int dy) const {
        if (!is_known(one.x + dx, one.y + dy) || !is_known(other.x + dx, other.y + dy))
            return std::nullopt;
        const sample& here = at(one.x + dx, one.y + dy);
        const sample& there = at(other.x + dx, other.y + dy);
        return light_step(step_between(here, here, there, there),
                          std::max(here.texture, there.texture));
    }

    /// How much lighter it is around one place than around another, if that is light and enough of
    /// it can be seen.
    std::optional<light> step_around(point one, point other) const {
        light sum{};
        int count = 0;
        for (const auto& [dx, dy] : half_ring) {
            const auto step = step_at(one, other, dx, dy);
            const auto opposite = step_at(one, other, -dx, -dy);
            if (!step || !opposite)
                continue;
            sum += *step;
            sum += *opposite;
            ++count;
        }
        if (count < opposites_min)
            return std::nullopt;
        return times(0.5F / static_cast<float>(count), sum);
    }

    // Next to each other.
    std::optional<light> step_where_they_meet(point here, point there, int dx, int dy) const {
        if (!is_inside(here.x + dx, here.y + dy) || !is_inside(there.x - dx, there.y - dy))
            return std::nullopt;
        return light_step(step_between(at(there.x, there.y), at(there.x - dx, there.y - dy),
                                       at(here.x, here.y), at(here.x + dx, here.y + dy)),
                          std::max(at(here.x, here.y).texture, at(there.x, there.y).texture));
    }

    /// With the one before it, if that belongs to the hole, or with what is known there.
    void connect(const copied_pixel& own, std::uint32_t other, int dx, int dy) {
        if (other == none)
            connect_known(own, dx, dy);
        else if (unknowns_[other] != unknowns_.back())
            connect_hole(own, other, dx, dy);
    }

    void connect_hole(const copied_pixel& own, std::uint32_t other, int dx, int dy) {
        connector_.add(unknowns_[other], unknowns_.back(), 1);
        const point there = earlier_source(own.place.x + dx, dy);
        if (is_one_copy(own.source, there, dx, dy))
            return;
        auto step = step_around(moved(there, -dx, -dy), own.source);
        if (!step)
            step = step_where_they_meet(own.source, there, dx, dy);
        if (!step)
            return;
        made_.wanted[unknowns_.back()] += *step;
        made_.wanted[unknowns_[other]] += times(-1, *step);
    }

    void connect_known(const copied_pixel& own, int dx, int dy) {
        if (!is_inside(own.place.x + dx, own.place.y + dy))
            return;
        made_.diagonal[unknowns_.back()] += 1;
        const int x = own.source.x + dx;
        const int y = own.source.y + dy;
        if (!is_inside(x, y))
            return;
        const sample& known = at(own.place.x + dx, own.place.y + dy);
        const sample& copied = at(x, y);
        if (const auto step = light_step(step_between(known, known, copied, copied),
                                         at(own.source.x, own.source.y).texture))
            made_.wanted[unknowns_.back()] += *step;
    }

    const level& finest_;
    const field& matches_;
    const target_map targets_;
    const std::size_t width_;
    network made_;
    connector connector_;
    // Of the pixels of a row, and of the one above, by their columns.
    std::vector<point> sources_ = std::vector<point>(width_);
    std::vector<point> sources_above_ = std::vector<point>(width_);
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
