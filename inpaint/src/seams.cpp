// SPDX-License-Identifier: Apache-2.0
// Dynamic programming over whole rows; a row shrinks in place. Of equally cheap ways the straight
// one is taken, then the left one, so that there is one result.
#include "seams.hpp"

#include <algorithm>
#include <cstdlib>

namespace perdure::inpaint {

namespace {

int difference(const rgba& a, const rgba& b) {
    int sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += std::abs(int{a[i]} - int{b[i]});
    return sum;
}

// Of a pixel: four values, across and down.
constexpr std::int64_t energy_max = 8 * 255;

} // namespace

seam_field::seam_field(const pixel_rows& picture, const std::vector<std::uint8_t>& marked)
    : width_(picture.width), height_(picture.height),
      stride_(static_cast<std::size_t>(picture.width)), cells_(picture.pixels.size()),
      steps_(picture.pixels.size()) {
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        const bool is_marked = !marked.empty() && marked[i] != 0;
        cells_[i] = {picture.pixels[i], static_cast<std::uint16_t>(i % stride_), 0,
                     is_marked ? std::uint8_t{1} : std::uint8_t{0}};
        marked_count_ += is_marked ? 1U : 0U;
    }
    for (int y = 0; y < height_; ++y)
        for (int x = 0; x < width_; ++x)
            at(x, y).energy = energy_at(x, y);
}

pixel_rows seam_field::rows() const {
    pixel_rows left{width_, height_, {}};
    left.pixels.reserve(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
    for (int y = 0; y < height_; ++y)
        for (int x = 0; x < width_; ++x)
            left.pixels.push_back(at(x, y).pixel);
    return left;
}

std::vector<int> seam_field::take_seam() {
    const std::vector<int> positions = cheapest();
    std::vector<int> columns;
    for (int y = 0; y < height_; ++y) {
        const cell& taken = at(positions[static_cast<std::size_t>(y)], y);
        columns.push_back(taken.column);
        marked_count_ -= taken.is_marked;
    }
    remove(positions);
    return columns;
}

std::uint16_t seam_field::energy_at(int x, int y) const {
    const int across =
        difference(at(std::max(0, x - 1), y).pixel, at(std::min(width_ - 1, x + 1), y).pixel);
    const int down =
        difference(at(x, std::max(0, y - 1)).pixel, at(x, std::min(height_ - 1, y + 1)).pixel);
    return static_cast<std::uint16_t>(across + down);
}

std::vector<int> seam_field::cheapest() {
    // One marked pixel outweighs everything that a detour to it can cost.
    const std::int64_t reward = energy_max * height_ + 1;
    const auto width = static_cast<std::size_t>(width_);
    // A border on both sides that no seam crosses.
    constexpr std::int64_t never = std::int64_t{1} << 60;
    std::vector<std::int64_t> above(width + 2, 0);
    std::vector<std::int64_t> here(width + 2, never);
    above.front() = above.back() = never;
    for (int y = 0; y < height_; ++y) {
        const cell* row = &at(0, y);
        std::int8_t* step = &steps_[static_cast<std::size_t>(y) * stride_];
        for (std::size_t x = 0; x < width; ++x) {
            std::int64_t best = above[x + 1];
            step[x] = 0;
            if (above[x] < best) {
                best = above[x];
                step[x] = -1;
            }
            if (above[x + 2] < best) {
                best = above[x + 2];
                step[x] = 1;
            }
            here[x + 1] = best + row[x].energy - (row[x].is_marked != 0 ? reward : 0);
        }
        std::swap(above, here);
    }
    std::vector<int> positions(static_cast<std::size_t>(height_));
    auto x = static_cast<int>(std::min_element(above.begin() + 1, above.end() - 1) -
                              (above.begin() + 1));
    for (int y = height_ - 1; y >= 0; --y) {
        positions[static_cast<std::size_t>(y)] = x;
        x += steps_[static_cast<std::size_t>(y) * stride_ + static_cast<std::size_t>(x)];
    }
    return positions;
}

void seam_field::remove(const std::vector<int>& positions) {
    for (int y = 0; y < height_; ++y) {
        cell* row = &at(0, y);
        std::copy(row + positions[static_cast<std::size_t>(y)] + 1, row + width_,
                  row + positions[static_cast<std::size_t>(y)]);
    }
    --width_;
    // Only what was beside the seam, or above and below where it bends, has new neighbours.
    for (int y = 0; y < height_; ++y) {
        const int x = positions[static_cast<std::size_t>(y)];
        for (int near = std::max(0, x - 2); near < std::min(width_, x + 2); ++near)
            at(near, y).energy = energy_at(near, y);
    }
}

} // namespace perdure::inpaint
