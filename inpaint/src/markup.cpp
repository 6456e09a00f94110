// SPDX-License-Identifier: Apache-2.0
// Exact Euclidean distances in two passes (Meijster, Roerdink, Hesselink, 2000): down the columns,
// then along the rows over the lower envelope of the columns' parabolas. All in integers.
#include "perdure/inpaint/markup.hpp"

#include <limits>
#include <string>

#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

namespace {

constexpr std::int64_t far = std::numeric_limits<std::int32_t>::max();

/// Rows of distances within each column to the nearest pixel that has the flag.
std::vector<std::int32_t> column_distances(const mask& area, bool flag) {
    const auto width = static_cast<std::size_t>(area.size.width);
    std::vector<std::int32_t> down(area.flags.size());
    const auto nearer = [&](std::size_t at, std::int32_t neighbour) {
        const bool is_here = (area.flags[at] != 0) == flag;
        return is_here ? 0 : neighbour == far ? static_cast<std::int32_t>(far) : neighbour + 1;
    };
    for (std::size_t i = 0; i < down.size(); ++i)
        down[i] = nearer(i, i < width ? static_cast<std::int32_t>(far) : down[i - width]);
    for (std::size_t i = down.size(); i-- > 0;)
        if (i + width < down.size() && down[i + width] != far && down[i + width] + 1 < down[i])
            down[i] = down[i + width] + 1;
    return down;
}

/// One row of squared distances from the columns' ones.
class row_envelope {
  public:
    explicit row_envelope(int width)
        : centres_(static_cast<std::size_t>(width)), begins_(static_cast<std::size_t>(width)) {}

    void measure(const std::int32_t* columns, std::uint32_t* out) {
        columns_ = columns;
        const auto width = static_cast<std::int64_t>(centres_.size());
        std::size_t count = 0;
        for (std::int64_t x = 0; x < width; ++x) {
            if (columns[x] == far)
                continue;
            while (count > 0 &&
                   at(begins_[count - 1], centres_[count - 1]) >= at(begins_[count - 1], x))
                --count;
            const std::int64_t begin = count == 0 ? 0 : meeting(centres_[count - 1], x) + 1;
            if (begin >= width)
                continue;
            centres_[count] = x;
            begins_[count] = begin;
            ++count;
        }
        for (std::int64_t x = width; x-- > 0;) {
            while (count > 1 && x < begins_[count - 1])
                --count;
            out[x] = count == 0 ? std::numeric_limits<std::uint32_t>::max()
                                : static_cast<std::uint32_t>(at(x, centres_[count - 1]));
        }
    }

  private:
    std::int64_t squared(std::int64_t centre) const {
        return static_cast<std::int64_t>(columns_[centre]) * columns_[centre];
    }
    /// The parabola of a column, seen from x.
    std::int64_t at(std::int64_t x, std::int64_t centre) const {
        return (x - centre) * (x - centre) + squared(centre);
    }
    /// The last x at which the left column is no farther than the right one.
    std::int64_t meeting(std::int64_t left, std::int64_t right) const {
        const std::int64_t over = right * right - left * left + squared(right) - squared(left);
        return over / (2 * (right - left));
    }

    const std::int32_t* columns_ = nullptr;
    std::vector<std::int64_t> centres_;
    std::vector<std::int64_t> begins_;
};

std::vector<std::uint32_t> squared_distances(const mask& area, bool flag) {
    const std::vector<std::int32_t> columns = column_distances(area, flag);
    std::vector<std::uint32_t> distances(columns.size());
    row_envelope row(area.size.width);
    for (std::size_t i = 0; i < columns.size(); i += static_cast<std::size_t>(area.size.width))
        row.measure(&columns[i], &distances[i]);
    return distances;
}

} // namespace

mask grow(const mask& area, int pixels) {
    if (pixels < 0 || pixels > edge_pixels_max)
        throw image_error("a markup cannot grow by " + std::to_string(pixels) +
                          " pixels; choose 0 to " + std::to_string(edge_pixels_max));
    const auto reach = static_cast<std::uint32_t>(pixels) * static_cast<std::uint32_t>(pixels);
    const std::vector<std::uint32_t> distances = squared_distances(area, true);
    mask grown(area.size.width, area.size.height);
    for (std::size_t i = 0; i < distances.size(); ++i)
        grown.flags[i] = distances[i] <= reach ? 1 : 0;
    return grown;
}

std::vector<std::uint32_t> squared_depths(const mask& area) {
    return squared_distances(area, false);
}

} // namespace perdure::inpaint
