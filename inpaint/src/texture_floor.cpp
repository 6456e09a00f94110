// SPDX-License-Identifier: Apache-2.0
// The membrane's equations, relaxed in whole numbers. There are as many cells as the hole has
// pixels at the coarsest level, some hundred. It holds logarithms: by the mean of textures, one
// cable at the border would ask for something like it all over a sky.
#include "texture_floor.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "mask_ops.hpp"

namespace perdure::inpaint {

namespace {

// To ask for all of it would rule out most sources, and the best ones with them.
constexpr std::uint64_t floor_percent = 80;
// Each goes forth and back.
constexpr int sweep_count = 32;
constexpr std::uint32_t no_cell = 0xffffffff;

constexpr int fraction_bits = 16;
// More than is lost by rounding.
constexpr std::uint64_t tolerance = 1 << 6;

/// The binary logarithm with its fraction: bit by bit, by squaring what is left of the number.
constexpr std::uint64_t log2_of(std::uint64_t number) {
    const int whole = static_cast<int>(std::bit_width(number)) - 1;
    std::uint64_t found = static_cast<std::uint64_t>(whole);
    std::uint64_t rest = number << (31 - whole); // from 1 to 2, as 1.31 bits
    for (int bit = 0; bit < fraction_bits; ++bit) {
        rest = rest * rest >> 31;
        const bool is_above = rest >> 32 != 0;
        found = found << 1 | (is_above ? 1 : 0);
        rest >>= is_above ? 1 : 0;
    }
    return found;
}

/// A texture on the membrane. One more than it is, because none at all is the least there can be.
constexpr std::uint64_t height_of(std::uint64_t texture) {
    return log2_of(texture + 1);
}

/// The heights from which on a floor is so high.
constexpr auto heights_of_floors = [] {
    std::array<std::uint64_t, 256> heights{};
    for (std::uint64_t floor = 0; floor < heights.size(); ++floor)
        heights[floor] = log2_of(100 * floor + floor_percent) - log2_of(floor_percent);
    return heights;
}();

std::uint8_t floor_at(std::uint64_t height) {
    const auto above = std::ranges::upper_bound(heights_of_floors, height + tolerance);
    return static_cast<std::uint8_t>(above - heights_of_floors.begin() - 1);
}

/// The cells with hole pixels, in order. Neighbours pull as hard as they have pixels side by side.
class cells {
  public:
    cells(std::span<const sample> samples, const mask& hole, int side)
        : width_(static_cast<std::size_t>(hole.size.width)),
          height_(static_cast<std::size_t>(hole.size.height)),
          shift_(std::countr_zero(static_cast<unsigned>(side))),
          stride_(((width_ - 1) >> shift_) + 1) {
        find(hole);
        with_cells(hole, [&](std::size_t x, std::size_t y, cell& here) {
            meet(samples, hole, x, y, here);
        });
    }

    void relax() {
        std::uint64_t sum = 0;
        std::uint64_t weight = 0;
        for (const cell& each : cells_) {
            sum += each.known_sum;
            weight += each.known_weight;
        }
        for (cell& each : cells_)
            each.height = weight == 0 ? 0 : sum / weight;
        for (int i = 0; i < sweep_count; ++i) {
            for (std::size_t k = 0; k < cells_.size(); ++k)
                relax(k);
            for (std::size_t k = cells_.size(); k-- > 0;)
                relax(k);
        }
    }

    void fill(std::span<sample> samples, const mask& hole) {
        with_cells(hole, [&](std::size_t x, std::size_t y, const cell& here) {
            samples[y * width_ + x].texture = floor_at(here.height);
        });
    }

  private:
    struct cell {
        std::size_t key;
        std::uint64_t known_sum = 0; // of the heights of known pixels beside its own, by weight
        std::uint64_t known_weight = 0;
        std::uint64_t right = 0; // its pixels beside some of the next cell
        std::uint64_t below = 0; // and above some of the cell below
        std::uint32_t cell_above = no_cell;
        std::uint32_t cell_below = no_cell;
        std::uint64_t height = 0;
    };

    std::size_t key_of(std::size_t x, std::size_t y) const {
        return (y >> shift_) * stride_ + (x >> shift_);
    }

    bool is_last_of_cell(std::size_t at) const { return ((at + 1) & ((1U << shift_) - 1)) == 0; }

    template <class Use>
    void for_each_pixel(const mask& hole, Use use) const {
        for (std::size_t y = 0; y < height_; ++y) {
            const auto row = std::span(hole.flags).subspan(y * width_, width_);
            for (std::size_t x = next_marked(row, 0); x < width_; x = next_marked(row, x + 1))
                use(x, y);
        }
    }

    void find(const mask& hole) {
        std::vector<std::size_t> keys;
        for_each_pixel(hole, [&](std::size_t x, std::size_t y) {
            if (const std::size_t key = key_of(x, y); keys.empty() || keys.back() != key)
                keys.push_back(key);
        });
        std::ranges::sort(keys);
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        for (const std::size_t key : keys)
            cells_.push_back({key});
        std::uint32_t below = 0;
        for (std::uint32_t k = 0; k < cells_.size(); ++k) {
            while (below < cells_.size() && cells_[below].key < cells_[k].key + stride_)
                ++below;
            if (below == cells_.size() || cells_[below].key != cells_[k].key + stride_)
                continue;
            cells_[k].cell_below = below;
            cells_[below].cell_above = k;
        }
    }

    template <class Use>
    void with_cells(const mask& hole, Use use) {
        auto here = cells_.begin();
        for_each_pixel(hole, [&](std::size_t x, std::size_t y) {
            if (const std::size_t key = key_of(x, y); here->key != key)
                here = std::ranges::lower_bound(cells_, key, {}, &cell::key);
            use(x, y, *here);
        });
    }

    void meet(std::span<const sample> samples, const mask& hole, std::size_t x, std::size_t y,
              cell& here) {
        const std::size_t pixel = y * width_ + x;
        const auto is_beside_known = [&](std::size_t other) {
            if (hole.flags[other] != 0)
                return false;
            // Twice, because it is half as far away as the middle of another cell.
            here.known_sum += 2 * height_of(samples[other].texture);
            here.known_weight += 2;
            return true;
        };
        if (x > 0)
            is_beside_known(pixel - 1);
        if (y > 0)
            is_beside_known(pixel - width_);
        if (x + 1 < width_ && !is_beside_known(pixel + 1))
            here.right += is_last_of_cell(x) ? 1 : 0;
        if (y + 1 < height_ && !is_beside_known(pixel + width_))
            here.below += is_last_of_cell(y) ? 1 : 0;
    }

    void relax(std::size_t k) {
        cell& here = cells_[k];
        std::uint64_t sum = here.known_sum;
        std::uint64_t weight = here.known_weight;
        const auto pull = [&](const cell& other, std::uint64_t shared) {
            sum += shared * other.height;
            weight += shared;
        };
        if (here.right > 0)
            pull(cells_[k + 1], here.right);
        if (k > 0 && cells_[k - 1].right > 0)
            pull(cells_[k - 1], cells_[k - 1].right);
        if (here.cell_below != no_cell)
            pull(cells_[here.cell_below], here.below);
        if (here.cell_above != no_cell)
            pull(cells_[here.cell_above], cells_[here.cell_above].below);
        if (weight > 0)
            here.height = sum / weight;
    }

    const std::size_t width_;
    const std::size_t height_;
    const int shift_; // from pixels to cells
    const std::size_t stride_; // cells in a row
    std::vector<cell> cells_;
};

} // namespace

void set_texture_floor(std::span<sample> samples, const mask& hole, int cell_side) {
    cells all(samples, hole, cell_side);
    all.relax();
    all.fill(samples, hole);
}

} // namespace perdure::inpaint
