// SPDX-License-Identifier: Apache-2.0
// Builds one pyramid level straight from the full picture. A level pixel is the mean of its block;
// blocks with a marked pixel belong to the hole, so nothing of the object bleeds into the rest.
#include <algorithm>
#include <vector>

#include "donor_sets.hpp"
#include "level_builder.hpp"
#include "mask_ops.hpp"
#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/level.hpp"
#include "perdure/inpaint/workers.hpp"
#include "spent_memory.hpp"
#include "texture.hpp"
#include "texture_floor.hpp"

namespace perdure::inpaint {

namespace {

// A band of fewer rows costs more to begin, for its window of texture, than it is worth.
constexpr int band_rows_min = 128;

std::uint8_t rounded_mean(std::uint32_t sum, std::uint32_t count) {
    return static_cast<std::uint8_t>((sum + count / 2) / count);
}

void copy_row(const std::uint8_t* rgb, std::span<sample> row) {
    for (std::size_t x = 0; x < row.size(); ++x)
        row[x] = {rgb[3 * x], rgb[3 * x + 1], rgb[3 * x + 2], 0};
}

// `sums` has room for a row of the picture.
void reduce_row(const image_view& picture, int index, int y, std::vector<std::uint32_t>& sums,
                std::span<sample> row) {
    const int block = 1 << index;
    const int row_begin = y << index;
    const int row_end = std::min(picture.size.height, row_begin + block);
    std::fill(sums.begin(), sums.end(), 0);
    for (int line = row_begin; line < row_end; ++line) {
        const std::uint8_t* rgb = picture.rgb.data() + static_cast<std::size_t>(line) * sums.size();
        for (std::size_t i = 0; i < sums.size(); ++i)
            sums[i] += rgb[i];
    }
    for (std::size_t x = 0; x < row.size(); ++x) {
        const std::size_t left = x << index;
        const std::size_t right = std::min(sums.size() / 3, left + static_cast<std::size_t>(block));
        std::uint32_t red = 0;
        std::uint32_t green = 0;
        std::uint32_t blue = 0;
        for (std::size_t i = 3 * left; i < 3 * right; i += 3) {
            red += sums[i];
            green += sums[i + 1];
            blue += sums[i + 2];
        }
        const auto count = static_cast<std::uint32_t>(right - left) *
                           static_cast<std::uint32_t>(row_end - row_begin);
        row[x] = {rounded_mean(red, count), rounded_mean(green, count), rounded_mean(blue, count),
                  0};
    }
}

// The same from sums.
void reduce_row(const block_sums& sums, image_size full, int index, int y, std::span<sample> row) {
    const int shift = index - block_sums::index;
    const auto width = static_cast<std::size_t>(sums.size().width);
    const int block = 1 << index;
    const int rows = std::min(full.height, (y << index) + block) - (y << index);
    for (std::size_t x = 0; x < row.size(); ++x) {
        std::uint32_t red = 0;
        std::uint32_t green = 0;
        std::uint32_t blue = 0;
        for (int line = y << shift; line < std::min(sums.size().height, (y + 1) << shift); ++line)
            for (std::size_t i = x << shift; i < std::min(width, (x + 1) << shift); ++i) {
                const block_sums::block& each = sums.row(line)[i];
                red += each.red;
                green += each.green;
                blue += each.blue;
            }
        const int left = static_cast<int>(x) << index;
        const auto count =
            static_cast<std::uint32_t>((std::min(full.width, left + block) - left) * rows);
        row[x] = {rounded_mean(red, count), rounded_mean(green, count), rounded_mean(blue, count),
                  0};
    }
}

class level_maker {
  public:
    level_maker(const image_view& picture, const mask& markup, const level_plan& planned, int index,
                const settings& chosen, const block_sums* sums = nullptr)
        : picture_(picture), markup_(markup), sums_(index < block_sums::index ? nullptr : sums),
          index_(index), level_count_(static_cast<int>(planned.levels.size())), chosen_(chosen),
          reduced_(index == 0 ? mask() : reduce_mask(markup, index)), builder_(index, hole().size) {
    }

    // Picture and markup may be spent if nobody else needs them; for the finest level only.
    level make(std::span<const mask> donors, int threads, bool is_spent = false) {
        const int height = hole().size.height;
        const int bands = std::clamp(height / band_rows_min, 1, std::max(1, threads));
        run_parallel(threads, bands, [&](int band) {
            set_rows(height * band / bands, height * (band + 1) / bands, is_spent);
        });
        if (is_spent || picture_.is_mapped)
            let_go(std::as_bytes(picture_.rgb));
        for (std::size_t i = next_marked(hole().flags, 0); i < hole().flags.size();
             i = next_marked(hole().flags, i + 1))
            builder_.samples()[i] = sample{};
        donor_sets sets = make_donor_sets(markup_, donors, hole(), index_);
        if (!sets.areas.empty()) {
            builder_.hole_sets() = std::move(sets.set_of_hole_pixel);
            builder_.donor_areas() = std::move(sets.areas);
        } else {
            set_texture_floor(builder_.samples(), hole(),
                              texture_walk::reach(index_, level_count_));
        }
        return builder_.finish(hole(), is_spent);
    }

  private:
    const mask& hole() const { return index_ == 0 ? markup_ : reduced_; }

    void set_rows(int begin, int end, bool is_spent) {
        const bool may_let_go = is_spent || (picture_.is_mapped && index_ == 0);
        const auto width = static_cast<std::size_t>(hole().size.width);
        std::vector<std::uint32_t> sums(3 * static_cast<std::size_t>(picture_.size.width));
        texture_walk texture(picture_, markup_, sums_, index_, level_count_, chosen_, begin);
        // The band above looks into this one, and so far back looks this one.
        const int margin = texture_walk::reach(index_, level_count_) + 2;
        int kept = begin == 0 ? 0 : begin + margin;
        for (int y = begin; y < end; ++y) {
            const std::size_t first = static_cast<std::size_t>(y) * width;
            const auto row = std::span<sample>(builder_.samples()).subspan(first, width);
            if (index_ == 0)
                copy_row(picture_.rgb.data() + 3 * first, row);
            else if (sums_ != nullptr)
                reduce_row(*sums_, picture_.size, index_, y, row);
            else
                reduce_row(picture_, index_, y, sums, row);
            texture.set_next(row);
            if (may_let_go && y - margin >= kept + spent_rows_min) {
                let_go(std::as_bytes(picture_.rgb)
                           .subspan(3 * width * static_cast<std::size_t>(kept),
                                    3 * width * static_cast<std::size_t>(y - margin - kept)));
                kept = y - margin;
            }
        }
    }

    const image_view picture_;
    const mask& markup_;
    const block_sums* const sums_;
    const int index_;
    const int level_count_;
    const settings& chosen_;
    const mask reduced_;
    level_builder builder_;
};

} // namespace

level build_level(const image_view& picture, const mask& markup, std::span<const mask> donors,
                  const level_plan& planned, int index, const settings& chosen, int threads,
                  const block_sums* sums) {
    const auto level_count = static_cast<int>(planned.levels.size());
    if (index < 0 || index >= level_count)
        throw image_error("level " + std::to_string(index) + " is not in the plan of " +
                          std::to_string(level_count) + "; ask for one from 0 to count - 1");
    return level_maker(picture, markup, planned, index, chosen, sums).make(donors, threads);
}

level build_finest_level(image& picture, mask& markup, std::span<const mask> donors,
                         const level_plan& planned, const settings& chosen, int threads) {
    level built = level_maker(picture, markup, planned, 0, chosen).make(donors, threads, true);
    // Assigned from {}, vectors would keep their memory.
    picture.rgb = std::vector<std::uint8_t>();
    markup.flags = std::vector<std::uint8_t>();
    return built;
}

} // namespace perdure::inpaint
