// SPDX-License-Identifier: Apache-2.0
// Seams from top to bottom; for the other direction the picture is turned over its diagonal first.
#include "perdure/inpaint/seam_carving.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/validate.hpp"
#include "seams.hpp"

namespace perdure::inpaint {

namespace {

// Columns that must be left when the markup is gone; fewer cannot be stretched to a picture again.
constexpr int columns_min = 8;

pixel_rows rows_of(const image& picture) {
    pixel_rows rows{picture.size.width, picture.size.height, {}};
    rows.pixels.resize(picture.size.pixel_count());
    for (std::size_t i = 0; i < rows.pixels.size(); ++i)
        rows.pixels[i] = {picture.rgb[3 * i], picture.rgb[3 * i + 1], picture.rgb[3 * i + 2],
                          picture.alpha.empty() ? std::uint8_t{255} : picture.alpha[i]};
    return rows;
}

image image_of(const pixel_rows& rows, bool has_alpha) {
    image picture(rows.width, rows.height);
    if (has_alpha)
        picture.alpha.resize(rows.pixels.size());
    for (std::size_t i = 0; i < rows.pixels.size(); ++i) {
        std::copy_n(rows.pixels[i].begin(), 3, &picture.rgb[3 * i]);
        if (has_alpha)
            picture.alpha[i] = rows.pixels[i][3];
    }
    return picture;
}

template <class Value>
std::vector<Value> turned_over(const std::vector<Value>& values, int width, int height) {
    std::vector<Value> turned(values.size());
    auto out = turned.begin();
    for (int x = 0; x < width; ++x)
        for (int y = 0; y < height; ++y)
            *out++ = values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                            static_cast<std::size_t>(x)];
    return turned;
}

void turn_over(pixel_rows& rows) {
    rows.pixels = turned_over(rows.pixels, rows.width, rows.height);
    std::swap(rows.width, rows.height);
}

/// Seams that are needed at least: each takes one pixel of a row (or column).
int most_in_a_line(const mask& markup, bool is_column) {
    std::vector<int> counts(
        static_cast<std::size_t>(is_column ? markup.size.width : markup.size.height));
    for (int y = 0; y < markup.size.height; ++y)
        for (int x = 0; x < markup.size.width; ++x)
            counts[static_cast<std::size_t>(is_column ? x : y)] += markup.at(x, y) ? 1 : 0;
    return *std::max_element(counts.begin(), counts.end());
}

rgba between(const rgba& left, const rgba& right) {
    rgba mean{};
    for (std::size_t i = 0; i < mean.size(); ++i)
        mean[i] = static_cast<std::uint8_t>((left[i] + right[i] + 1) / 2);
    return mean;
}

/// Each pixel of the seams, and after it the mean of it and its right neighbour.
pixel_rows widened(const pixel_rows& rows, std::vector<std::vector<int>> columns_of_rows) {
    const int added = static_cast<int>(columns_of_rows.front().size());
    pixel_rows wider{rows.width + added, rows.height, {}};
    wider.pixels.reserve(static_cast<std::size_t>(wider.width) *
                         static_cast<std::size_t>(wider.height));
    for (int y = 0; y < rows.height; ++y) {
        std::vector<int>& columns = columns_of_rows[static_cast<std::size_t>(y)];
        std::sort(columns.begin(), columns.end());
        auto next = columns.begin();
        const rgba* row = rows.row(y);
        for (int x = 0; x < rows.width; ++x) {
            wider.pixels.push_back(row[x]);
            if (next != columns.end() && *next == x) {
                wider.pixels.push_back(between(row[x], row[std::min(x + 1, rows.width - 1)]));
                ++next;
            }
        }
    }
    return wider;
}

class carver {
  public:
    carver(pixel_rows rows, std::vector<std::uint8_t> marked, int expected,
           const carve_options& options)
        : rows_(std::move(rows)), marked_(std::move(marked)), expected_(expected),
          options_(options) {}

    /// False when a stop was requested.
    bool run() { return take_out() && put_in(); }

    int seam_count() const { return seam_count_; }
    pixel_rows& rows() { return rows_; }

  private:
    bool take_out() {
        seam_field field(rows_, marked_);
        while (field.marked_count() > 0) {
            if (field.width() <= columns_min)
                throw image_error("the markup leaves too little of the picture to carve seams "
                                  "from; mark less, or fill it");
            if (options_.stop.stop_requested())
                return false;
            field.take_seam();
            expected_ = std::max(expected_, ++seam_count_);
            report(seam_count_);
        }
        expected_ = seam_count_;
        rows_ = field.rows();
        return true;
    }

    /// At most half as many at once as there are columns: more would double the same ones again.
    bool put_in() {
        for (int done = 0; done < seam_count_;) {
            const int now = std::min(seam_count_ - done, rows_.width / 2);
            seam_field field(rows_, {});
            std::vector<std::vector<int>> columns(static_cast<std::size_t>(rows_.height));
            for (int i = 0; i < now; ++i) {
                if (options_.stop.stop_requested())
                    return false;
                const std::vector<int> seam = field.take_seam();
                for (std::size_t y = 0; y < seam.size(); ++y)
                    columns[y].push_back(seam[y]);
                report(seam_count_ + ++done);
            }
            rows_ = widened(rows_, std::move(columns));
        }
        return true;
    }

    void report(int done) const {
        if (options_.progress)
            options_.progress(done, 2 * expected_);
    }

    pixel_rows rows_;
    const std::vector<std::uint8_t> marked_;
    int expected_;
    const carve_options& options_;
    int seam_count_ = 0;
};

} // namespace

carve_result carve(const image& picture, const mask& markup, const carve_options& options) {
    validate(picture, markup, {});
    const int across = most_in_a_line(markup, false);
    const int down = most_in_a_line(markup, true);
    carve_result result;
    result.is_horizontal = down < across;
    pixel_rows rows = rows_of(picture);
    std::vector<std::uint8_t> marked = markup.flags;
    if (result.is_horizontal) {
        marked = turned_over(marked, rows.width, rows.height);
        turn_over(rows);
    }
    carver carving(std::move(rows), std::move(marked), std::min(across, down), options);
    result.was_stopped = !carving.run();
    result.seam_count = carving.seam_count();
    if (result.was_stopped) {
        result.picture = picture;
        return result;
    }
    if (result.is_horizontal)
        turn_over(carving.rows());
    result.picture = image_of(carving.rows(), !picture.alpha.empty());
    return result;
}

} // namespace perdure::inpaint
