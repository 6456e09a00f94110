// SPDX-License-Identifier: Apache-2.0
// The mean of votes that differ is flatter than each of them: its variance is less by just the
// variance of the votes. So in a window around a pixel it is known how much contrast is missing.
// All sums are whole numbers; of them one square root and one product are taken.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "ballots.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/steps.hpp"
#include "perdure/inpaint/workers.hpp"
#include "source_draw.hpp"

namespace perdure::inpaint {

namespace {

// A window is as large as a patch.
constexpr int window_reach = patch_radius;
// Where votes agree on nothing there is nothing to be made stronger.
constexpr double gain_max = 1.5;

/// Sums over some pixels.
struct sums {
    std::int64_t count = 0;
    std::int64_t red = 0;
    std::int64_t green = 0;
    std::int64_t blue = 0;
    std::int64_t squares = 0; // of all three
    std::int64_t spread = 0; // of the votes

    sums& operator+=(const sums& other) { return add(other, 1); }
    sums& operator-=(const sums& other) { return add(other, -1); }

    /// How much stronger contrast has to be to be what it was before averaging.
    double gain() const {
        // Both are variances times count squared. Less than a level is no contrast.
        const std::int64_t kept =
            std::max(count * count, count * squares - red * red - green * green - blue * blue);
        return std::min(gain_max, std::sqrt(1 + static_cast<double>(count * spread) /
                                                    static_cast<double>(kept)));
    }

  private:
    sums& add(const sums& other, int sign) {
        count += sign * other.count;
        red += sign * other.red;
        green += sign * other.green;
        blue += sign * other.blue;
        squares += sign * other.squares;
        spread += sign * other.spread;
        return *this;
    }
};

/// The rows of a tile, with as many above and below as windows reach.
class tile_band {
  public:
    tile_band(const level& finest, const field& matches, const colours& filled, int top, int bottom)
        : finest_(finest), filled_(filled), top_(top), bottom_(bottom),
          row_begin_(std::max(0, top - window_reach)),
          row_end_(std::min(finest.size().height, bottom + window_reach)) {
        find_columns();
        if (left_ >= right_)
            return;
        for (int y = row_begin_; y < row_end_; ++y)
            for (int x = left_; x < right_; ++x)
                pixels_.push_back(
                    {finest.samples()[static_cast<std::size_t>(y) *
                                          static_cast<std::size_t>(finest.size().width) +
                                      static_cast<std::size_t>(x)],
                     0});
        ballots votes(finest, matches, row_begin_, row_end_);
        for (std::uint32_t i = first_of(row_begin_); i < first_of(row_end_); ++i) {
            const point here = finest.hole_pixels()[i];
            if (here.x < left_ || here.x >= right_)
                continue;
            votes.move_to(i);
            at(here.x, here.y) = {filled.samples[i], votes.spread()};
        }
    }

    /// Puts the colours of the tile's hole pixels into `restored`.
    void restore(colours& restored) {
        std::vector<sums> columns(static_cast<std::size_t>(std::max(0, right_ - left_)));
        for (int y = row_begin_; y < top_ + window_reach && y < row_end_; ++y)
            for (std::size_t k = 0; k < columns.size(); ++k)
                columns[k] += measured(left_ + static_cast<int>(k), y);
        for (int y = top_; y < bottom_; ++y) {
            for (std::size_t k = 0; k < columns.size(); ++k) {
                if (y + window_reach < row_end_)
                    columns[k] += measured(left_ + static_cast<int>(k), y + window_reach);
                if (y > top_ && y - window_reach - 1 >= row_begin_)
                    columns[k] -= measured(left_ + static_cast<int>(k), y - window_reach - 1);
            }
            for (std::uint32_t i = first_of(y); i < first_of(y + 1); ++i)
                restored.samples[i] = restored_colour(i, columns);
        }
    }

  private:
    struct pixel {
        sample colour;
        std::uint32_t spread;
    };

    std::uint32_t first_of(int row) const {
        return finest_.hole_rows()[static_cast<std::size_t>(row)];
    }

    void find_columns() {
        left_ = finest_.size().width;
        right_ = 0;
        for (std::uint32_t i = first_of(top_); i < first_of(bottom_); ++i) {
            left_ = std::min<int>(left_, finest_.hole_pixels()[i].x);
            right_ = std::max<int>(right_, finest_.hole_pixels()[i].x + 1);
        }
        left_ = std::max(0, left_ - window_reach);
        right_ = std::min(finest_.size().width, right_ + window_reach);
    }

    pixel& at(int x, int y) {
        return pixels_[static_cast<std::size_t>(y - row_begin_) *
                           static_cast<std::size_t>(right_ - left_) +
                       static_cast<std::size_t>(x - left_)];
    }

    sums measured(int x, int y) {
        const auto& [colour, spread] = at(x, y);
        const std::int64_t red = colour.red;
        const std::int64_t green = colour.green;
        const std::int64_t blue = colour.blue;
        return {1, red, green, blue, red * red + green * green + blue * blue, spread};
    }

    sample restored_colour(std::uint32_t i, const std::vector<sums>& columns) const {
        const int x = finest_.hole_pixels()[i].x - left_;
        const int last = std::min(right_ - left_ - 1, x + window_reach);
        sums window;
        for (int k = std::max(0, x - window_reach); k <= last; ++k)
            window += columns[static_cast<std::size_t>(k)];
        sample made = filled_.samples[i];
        if (window.spread == 0)
            return made;
        const double gain = window.gain();
        const auto stronger = [&](std::uint8_t value, std::int64_t sum) {
            const double mean = static_cast<double>(sum) / static_cast<double>(window.count);
            return static_cast<std::uint8_t>(
                std::clamp(std::floor(mean + gain * (value - mean) + 0.5), 0.0, 255.0));
        };
        made.red = stronger(made.red, window.red);
        made.green = stronger(made.green, window.green);
        made.blue = stronger(made.blue, window.blue);
        return made;
    }

    const level& finest_;
    const colours& filled_;
    const int top_;
    const int bottom_;
    const int row_begin_;
    const int row_end_;
    int left_ = 0; // of the columns that the windows of the tile's hole pixels see
    int right_ = 0;
    std::vector<pixel> pixels_;
};

} // namespace

colours restore_contrast(const level& finest, const field& matches, const colours& filled,
                         int threads) {
    const int height = finest.size().height;
    require_whole(finest, matches, 0, height);
    if (filled.samples.size() != finest.hole_pixels().size())
        throw image_error("these colours do not belong to this pyramid level; join all its slices");
    colours restored = filled;
    run_parallel(threads, (height + level::tile_rows - 1) / level::tile_rows, [&](int tile) {
        const int top = tile * level::tile_rows;
        tile_band(finest, matches, filled, top, std::min(height, top + level::tile_rows))
            .restore(restored);
    });
    return restored;
}

} // namespace perdure::inpaint
