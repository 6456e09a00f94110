// SPDX-License-Identifier: Apache-2.0
// Everything immutable about one pyramid level: samples, hole, targets (the patches that touch the
// hole, row by row) and, per target, where it may copy from. Levels are built independently of each
// other from the full picture, and travel as bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perdure/inpaint/block_sums.hpp"
#include "perdure/inpaint/image.hpp"
#include "perdure/inpaint/plan.hpp"
#include "perdure/inpaint/zeroed.hpp"

namespace perdure::inpaint {

/// What a pixel is compared by: its colour and how textured its surroundings are.
struct sample {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    std::uint8_t texture = 0;

    bool operator==(const sample&) const = default;
};
static_assert(sizeof(sample) == 4);

/// Never made smaller, so what is added is zero.
using sample_grid = std::vector<sample, zeroed<sample>>;

/// A pixel position.
struct point {
    std::uint16_t x = 0;
    std::uint16_t y = 0;

    bool operator==(const point&) const = default;
};

/// A half-open range of whole tiles, and the targets and hole pixels that lie in it.
struct slice_range {
    std::uint32_t tile_begin = 0, tile_end = 0;
    std::uint32_t target_begin = 0, target_end = 0;
    std::uint32_t hole_begin = 0, hole_end = 0;

    bool operator==(const slice_range&) const = default;
};

/// The centres a group of targets may copy from: bits inside a bounding box.
class source_set {
  public:
    struct box_type {
        int left = 0, top = 0, right = 0, bottom = 0; // half-open
    };

    source_set() = default;
    explicit source_set(box_type box);

    bool contains(int x, int y) const {
        if (x < box_.left || x >= box_.right || y < box_.top || y >= box_.bottom)
            return false;
        const std::size_t bit = bit_of(x, y);
        return ((bits_[bit >> 6] >> (bit & 63)) & 1) != 0;
    }
    void add(int x, int y) { add_run(y, x, x + 1); }
    /// The pixels [begin, end) of row y, all within the box.
    void add_run(int y, int begin, int end);
    const box_type& box() const { return box_; }
    std::uint64_t count() const { return count_; }

  private:
    std::size_t bit_of(int x, int y) const {
        return static_cast<std::size_t>(y - box_.top) *
                   static_cast<std::size_t>(box_.right - box_.left) +
               static_cast<std::size_t>(x - box_.left);
    }

    box_type box_;
    std::vector<std::uint64_t> bits_;
    std::uint64_t count_ = 0;
};

class level {
  public:
    /// Rows per tile. Part of the result: a tile is searched in order, its neighbours are read as
    /// the previous pass left them.
    static constexpr int tile_rows = 16;

    int index() const { return index_; }
    image_size size() const { return size_; }

    /// Row-major. Inside the hole there is no colour, and as texture the least that a fill has to
    /// have. A few zeros follow the last row, so that a load of eight samples may begin at any
    /// patch row.
    std::span<const sample> samples() const { return samples_; }
    /// What was made for a hole pixel, as textured as it has to be at least.
    sample with_least_texture(std::uint32_t hole_pixel, sample made) const;

    std::span<const point> targets() const { return targets_; }
    std::span<const point> hole_pixels() const { return hole_pixels_; }
    /// Per target: distance of its centre to the known pixels, in pixels, at most 255.
    std::span<const std::uint8_t> target_depths() const { return target_depths_; }
    /// Index of the first target (hole pixel) of each row, and the total at [height].
    std::span<const std::uint32_t> target_rows() const { return target_rows_; }
    std::span<const std::uint32_t> hole_rows() const { return hole_rows_; }

    /// Sets of sources: [0] is everything known, the others come from donors.
    std::span<const source_set> source_sets() const { return source_sets_; }
    std::uint16_t set_of_target(std::uint32_t target) const {
        return target_sets_.empty() ? std::uint16_t{0} : target_sets_[target];
    }
    std::uint16_t set_of_hole_pixel(std::uint32_t pixel) const {
        return hole_sets_.empty() ? std::uint16_t{0} : hole_sets_[pixel];
    }

    /// What scale_field() needs of a level that is done. Nothing else may be asked of it.
    level without_samples() const;

    std::string encode() const;
    /// Throws image_error for anything but bytes made by encode().
    static level decode(std::string_view bytes);

  private:
    friend class level_builder;

    int index_ = 0;
    image_size size_;
    sample_grid samples_;
    std::vector<point> hole_pixels_;
    std::vector<std::uint16_t> hole_sets_; // empty without donors
    std::vector<source_set> donor_areas_; // outer parts, one per source set from [1]

    // Derived from the above.
    std::vector<point> targets_;
    std::vector<std::uint8_t> target_depths_;
    std::vector<std::uint32_t> target_rows_;
    std::vector<std::uint32_t> hole_rows_;
    std::vector<std::uint16_t> target_sets_;
    std::vector<source_set> source_sets_;
};

/// Builds level `index` of the plan from the full picture, needing no other level, on so many
/// threads. The input must have passed validate(). With the sums of picture and markup, coarse
/// levels take a fraction of the time; they are the same.
level build_level(const image_view& picture, const mask& markup, std::span<const mask> donors,
                  const level_plan& planned, int index, const settings& chosen, int threads = 1,
                  const block_sums* sums = nullptr);

/// Slice `index` of `count`: whole tiles, about equally many targets. Slices in order cover every
/// tile once; some may be empty when count is above the number of tiles.
slice_range slice(const level& where, int index, int count);

/// What the plan says of the level.
level_outline outline_of(const level& where);

/// The slice that is the whole level.
slice_range whole(const level& where);

} // namespace perdure::inpaint
