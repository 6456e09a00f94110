// SPDX-License-Identifier: Apache-2.0
// Area arithmetic on masks; all of it in integers and in one or two passes over the rows.
#include "mask_ops.hpp"

#include <algorithm>
#include <cstring>

#include "perdure/inpaint/settings.hpp"

namespace perdure::inpaint {

namespace {

std::span<const std::uint8_t> row_of(const mask& area, int y) {
    const auto width = static_cast<std::size_t>(area.size.width);
    return {area.flags.data() + static_cast<std::size_t>(y) * width, width};
}

} // namespace

image_size reduced_size(image_size full, int index) {
    const int block = 1 << index;
    return {(full.width + block - 1) / block, (full.height + block - 1) / block};
}

std::size_t next_marked(std::span<const std::uint8_t> row, std::size_t begin) {
    constexpr std::size_t word = sizeof(std::uint64_t);
    while (begin + word <= row.size()) {
        std::uint64_t flags;
        std::memcpy(&flags, row.data() + begin, word);
        if (flags != 0)
            break;
        begin += word;
    }
    while (begin < row.size() && row[begin] == 0)
        ++begin;
    return begin;
}

mask reduce_mask(const mask& full, int index) {
    const image_size size = reduced_size(full.size, index);
    mask reduced(size.width, size.height);
    for (int y = 0; y < full.size.height; ++y) {
        const std::span<const std::uint8_t> row = row_of(full, y);
        std::uint8_t* out = &reduced.flags[static_cast<std::size_t>(y >> index) *
                                           static_cast<std::size_t>(size.width)];
        for (std::size_t x = next_marked(row, 0); x < row.size();) {
            out[x >> index] = 1;
            x = next_marked(row, ((x >> index) + 1) << index);
        }
    }
    return reduced;
}

touched_rows::touched_rows(const mask& area)
    : area_(area), padded_(static_cast<std::size_t>(area.size.width) + 2 * patch_radius),
      touched_(static_cast<std::size_t>(area.size.width)) {
    for (std::vector<std::uint8_t>& row : across_)
        row.resize(touched_.size());
    is_blank_.fill(true);
    for (int y = 0; y < std::min(patch_radius, area.size.height); ++y)
        widen(y);
}

std::span<const std::uint8_t> touched_rows::next() {
    const int entering = y_ + patch_radius;
    const auto slot = static_cast<std::size_t>(entering % patch_side);
    if (entering < area_.size.height)
        widen(entering);
    else
        is_blank_[slot] = true;
    ++y_;
    if (!is_clear_)
        std::fill(touched_.begin(), touched_.end(), std::uint8_t{0});
    is_clear_ = true;
    for (std::size_t row = 0; row < across_.size(); ++row) {
        if (is_blank_[row])
            continue;
        is_clear_ = false;
        // By pointers, since bytes that are stored might be part of the vectors themselves.
        std::uint8_t* const touched = touched_.data();
        const std::uint8_t* const across = across_[row].data();
        const std::size_t width = touched_.size();
        for (std::size_t x = 0; x < width; ++x)
            touched[x] |= across[x];
    }
    return touched_;
}

void touched_rows::widen(int y) {
    static_assert(patch_side == 7, "the row below is written out");
    const std::span<const std::uint8_t> row = row_of(area_, y);
    const auto slot = static_cast<std::size_t>(y % patch_side);
    const std::size_t width = row.size();
    is_blank_[slot] = next_marked(row, 0) == width;
    if (is_blank_[slot])
        return;
    std::copy(row.begin(), row.end(), padded_.begin() + patch_radius);
    std::uint8_t* out = across_[slot].data();
    const std::uint8_t* in = padded_.data();
    for (std::size_t x = 0; x < width; ++x)
        out[x] = static_cast<std::uint8_t>(in[x] | in[x + 1] | in[x + 2] | in[x + 3] | in[x + 4] |
                                           in[x + 5] | in[x + 6]);
}

mask widen_by_patch(const mask& area) {
    mask widened(area.size.width, area.size.height);
    touched_rows rows(area);
    auto out = widened.flags.begin();
    for (int y = 0; y < area.size.height; ++y) {
        const std::span<const std::uint8_t> row = rows.next();
        out = std::copy(row.begin(), row.end(), out);
    }
    return widened;
}

namespace {

// Distances along one direction of the rows. Rows are padded by a pixel on each side, which is as
// far from the outside as can be; so are those above the first row and below the last.
class distance_pass {
  public:
    // Downwards and rightwards with step 1, the other way round with step -1.
    distance_pass(image_size size, int step)
        : step_(step), row_(step > 0 ? -1 : size.height),
          near_(static_cast<std::size_t>(size.width) + 2, 255), here_(near_) {}

    std::uint8_t visit(point pixel, std::uint8_t known) {
        if (pixel.y != row_)
            enter(pixel.y);
        const std::size_t x = std::size_t{pixel.x} + 1;
        const int least = std::min({int{here_[step_ > 0 ? x - 1 : x + 1]}, int{near_[x - 1]},
                                    int{near_[x]}, int{near_[x + 1]}});
        here_[x] = static_cast<std::uint8_t>(std::min({255, least + 1, int{known}}));
        return here_[x];
    }

  private:
    void enter(int row) {
        const bool is_next = row == row_ + step_;
        near_.swap(here_);
        if (!is_next)
            clear(near_);
        clear(here_);
        row_ = row;
    }

    static void clear(std::vector<std::uint8_t>& row) {
        std::fill(row.begin() + 1, row.end() - 1, std::uint8_t{0});
    }

    const int step_;
    int row_;
    std::vector<std::uint8_t> near_;
    std::vector<std::uint8_t> here_;
};

} // namespace

std::vector<std::uint8_t> depths(image_size size, std::span<const point> area) {
    std::vector<std::uint8_t> depth(area.size(), 255);
    distance_pass down(size, 1);
    for (std::size_t i = 0; i < area.size(); ++i)
        depth[i] = down.visit(area[i], depth[i]);
    distance_pass up(size, -1);
    for (std::size_t i = area.size(); i-- > 0;)
        depth[i] = up.visit(area[i], depth[i]);
    return depth;
}

std::vector<point> pixels_of(const mask& area) {
    std::vector<point> pixels;
    pixels.reserve(area.flags.size() -
                   static_cast<std::size_t>(std::ranges::count(area.flags, std::uint8_t{0})));
    for (int y = 0; y < area.size.height; ++y) {
        const std::span<const std::uint8_t> row = row_of(area, y);
        for (std::size_t x = next_marked(row, 0); x < row.size(); x = next_marked(row, x + 1))
            pixels.push_back({static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)});
    }
    return pixels;
}

} // namespace perdure::inpaint
